"""What changes of existing code try that keeps every name and signature: another order, handler, loop, import."""

from __future__ import annotations

from tests.code.safe_patch.ground import Case, edit

J = "shop/jobs.py"

MEANT: tuple[tuple[str, Case], ...] = (
    ("handlers-changed", edit("meant: except type", ("except ValueError:", "except OSError:"), path=J)),
    (
        "handlers-changed",
        edit("meant: except widened", ("except ValueError:", "except (ValueError, OSError):"), path=J),
    ),
    (
        "handlers-changed",
        edit(
            "meant: except group added",
            (
                "        except ValueError:\n            pass\n",
                "        except ValueError:\n            pass\n        except OSError:\n            pass\n",
            ),
            path=J,
        ),
    ),
    (
        "handlers-changed",
        edit(
            "meant: narrow swallow new",
            (
                'def tell():\n    note("tell", 2)\n',
                'def tell():\n    try:\n        note("tell", 2)\n    except OSError:\n        pass\n',
            ),
            path=J,
        ),
    ),
    (
        "condition-changed",
        edit(
            "meant: for slice",
            ("for item in items:\n            note", "for item in items[1:]:\n            note"),
            path=J,
        ),
    ),
    (
        "condition-changed",
        edit(
            "meant: for reversed",
            ("for item in items:\n            note", "for item in reversed(items):\n            note"),
            path=J,
        ),
    ),
    ("condition-changed", edit("meant: while other", ("while key > COUNT", "while key > len(items)"), path=J)),
    ("result-changed", edit("meant: yield other", ("        yield item\n", "        yield items\n"), path=J)),
    ("result-changed", edit("meant: yield gone", ("        yield item\n", "        yield None\n"), path=J)),
    ("value-changed", edit("meant: await dropped", ("    await queue.put(item)", "    queue.put(item)"), path=J)),
    ("condition-changed", edit("meant: async for dropped", ("    async for each", "    for each"), path=J)),
    ("rebound", edit("meant: nonlocal gone", ("        nonlocal number\n", ""), path=J)),
    ("rebound", edit("meant: global gone", ("    global COUNT\n", ""), path=J)),
    (
        "rebound",
        edit(
            "meant: global gone2",
            ("    global COUNT\n    COUNT = n\n    return COUNT", "    COUNT = n\n    return COUNT"),
            path=J,
        ),
    ),
    ("signature-changed", edit("meant: ClassVar", ("    size: int = 0\n", "    size: ClassVar[int] = 0\n"), path=J)),
    ("signature-changed", edit("meant: field type", ("    amount: int\n", "    amount: str\n"), path=J)),
    ("signature-changed", edit("meant: const to field", ('    KIND = "a"', '    KIND: str = "a"'), path=J)),
    (
        "signature-changed",
        edit("meant: field inserted", ("    amount: int\n", "    kind: str\n    amount: int\n"), path=J),
    ),
    (
        "condition-changed",
        edit(
            "meant: branches swapped",
            (
                '        note("yes", value)\n    else:\n        note("no", value)',
                '        note("no", value)\n    else:\n        note("yes", value)',
            ),
            path=J,
        ),
    ),
    (
        "condition-changed",
        edit(
            "meant: finally moved",
            ('        note("go", handle)\n', '        note("go", handle)\n        handle.close()\n'),
            ("    finally:\n        handle.close()\n", ""),
            path=J,
        ),
    ),
    (
        "condition-changed",
        edit(
            "meant: finally moved to else",
            ("    finally:\n        handle.close()\n", "    else:\n        handle.close()\n"),
            path=J,
        ),
    ),
    ("condition-changed", edit("meant: case pattern", ("        case 0:", "        case 7:"), path=J)),
    (
        "condition-changed",
        edit("meant: case guard gone", ("        case int() if flag:", "        case int():"), path=J),
    ),
    ("condition-changed", edit("meant: case guard new", ("        case 0:", "        case 0 if not flag:"), path=J)),
    ("condition-changed", edit("meant: case gone", ("        case 0:\n            found = 1\n", ""), path=J)),
    ("value-changed", edit("meant: attr other", ("        self.total = total", "        self.totals = total"), path=J)),
    ("value-changed", edit("meant: targets swapped", ("    left, right = text", "    right, left = text"), path=J)),
    (
        "condition-changed",
        edit(
            "meant: fn under cond",
            ('def tell():\n    note("tell", 2)\n', 'if COUNT:\n    def tell():\n        note("tell", 2)\n'),
            path=J,
        ),
    ),
    (
        "condition-changed",
        edit(
            "meant: class under cond",
            ('class Marker:\n    """Only a name."""\n', 'if COUNT:\n    class Marker:\n        """Only a name."""\n'),
            path=J,
        ),
    ),
)
