"""The text of a module.lane.yaml: read with every fault at once, written so that nothing else changes. Pure.

YAML can do far more than a manifest needs. Anchors, tags, several documents and deep nesting are refused before
anything is built from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from laneshift.errors import Fault

FILE = "module.lane.yaml"
_LARGEST = 64 << 10
_DEEPEST = 4
_LONGEST = 2_000
_KEYS = ("name", "lane", "owner", "description", "slo", "gates", "artifacts")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a module says of itself. `p95_ms` is its promised 95th percentile in milliseconds, None without one.

    `artifacts` are paths relative to the root of the repository.
    """

    name: str
    lane: str
    owner: str = ""
    description: str = ""
    p95_ms: float | None = None
    gates: tuple[str, ...] = ()
    artifacts: tuple[str, ...] = ()


def read(data: bytes, where: str) -> tuple[Manifest | None, tuple[Fault, ...]]:
    """The manifest, or None and every fault with its line."""
    faults: list[Fault] = []
    node = _node(data, where, faults)
    if node is None or faults:
        return None, tuple(faults)
    table = _table(node, where, faults, _KEYS)
    if not isinstance(node, yaml.MappingNode):
        return None, tuple(faults)
    manifest = Manifest(
        _text(table, "name", where, faults, required=True),
        _text(table, "lane", where, faults, required=True),
        _text(table, "owner", where, faults, required=True),
        _text(table, "description", where, faults),
        _budget(table, where, faults),
        _texts(table, "gates", where, faults),
        _texts(table, "artifacts", where, faults),
    )
    faults.extend(_bad_values(manifest, where))
    return (None if faults else manifest), tuple(faults)


def write(manifest: Manifest) -> bytes:
    """The canonical text of a manifest."""
    table: dict[str, Any] = {key: getattr(manifest, key) for key in _KEYS[:4]}
    if manifest.p95_ms is not None:
        table["slo"] = {"p95_ms": _number(manifest.p95_ms)}
    table |= {"gates": list(manifest.gates), "artifacts": list(manifest.artifacts)}
    text: str = yaml.safe_dump(table, sort_keys=False, allow_unicode=True, default_flow_style=False, width=_LONGEST)
    return text.encode()


def renewed(data: bytes, old: Manifest, new: Manifest) -> bytes:
    """`data`, which says `old`, changed to say `new`: lines of name and lane alone where that is enough."""
    if old == new:
        return data
    lines = data.decode().splitlines(keepends=True)
    for key in ("name", "lane"):
        before, after = getattr(old, key), getattr(new, key)
        line = re.compile(rf"({key}:[ ]+){re.escape(before)}(?=[ ]*(?:#.*)?\r?\n?\Z)")
        at = [number for number, text in enumerate(lines) if line.match(text)]
        if before != after and len(at) == 1:
            start, _, rest = lines[at[0]].partition(before)
            lines[at[0]] = start + after + rest
    changed = "".join(lines).encode()
    return changed if read(changed, "")[0] == new else write(new)


def _node(data: bytes, where: str, faults: list[Fault]) -> yaml.Node | None:
    if len(data) > _LARGEST:
        faults.append(_fault(where, 0, f"is larger than {_LARGEST} bytes"))
        return None
    try:
        text = data.decode("utf-8")
        faults.extend(_plain_only(text, where))
        return None if faults else yaml.compose(text, yaml.SafeLoader)
    except UnicodeDecodeError as error:
        faults.append(_fault(where, 0, f"is not UTF-8: {error.reason}"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        faults.append(_fault(where, mark.line + 1 if mark else 0, f"is not YAML: {getattr(error, 'problem', error)}"))
    return None


def _plain_only(text: str, where: str) -> Iterator[Fault]:
    depth = documents = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                yield _fault(where, line, "holds more than one document")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            yield _fault(where, line, "uses anchors or aliases")
        if getattr(event, "tag", None):
            yield _fault(where, line, "uses a tag")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                yield _fault(where, line, "is nested too deep")
                return
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    if not documents:
        yield _fault(where, 1, "is empty")


def _table(node: yaml.Node, where: str, faults: list[Fault], known: tuple[str, ...]) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        faults.append(_fault(where, node.start_mark.line + 1, "is no table of keys and values"))
        return {}
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        line, name = key.start_mark.line + 1, str(key.value)
        if name not in known:
            faults.append(_fault(where, line, f"{name[:80]!r} is no key; there are {', '.join(known)}"))
        elif name in found:
            faults.append(_fault(where, line, f"{name!r} stands there twice"))
        found[name] = value
    return found


def _text(table: dict[str, yaml.Node], key: str, where: str, faults: list[Fault], *, required: bool = False) -> str:
    node = table.get(key)
    if node is None:
        if required:
            faults.append(_fault(where, 1, f"has no {key}"))
        return ""
    value = node.value
    line = node.start_mark.line + 1
    if not isinstance(value, str) or node.tag != "tag:yaml.org,2002:str":
        faults.append(_fault(where, line, f"{key} is no text; put it in quotes"))
        return ""
    if required and not value.strip():
        faults.append(_fault(where, line, f"has no {key}"))
    if len(value) > _LONGEST or not all(letter.isprintable() or letter == "\n" for letter in value):
        faults.append(_fault(where, line, f"{key} is too long, or has characters that cannot be seen"))
    return value


def _texts(table: dict[str, yaml.Node], key: str, where: str, faults: list[Fault]) -> tuple[str, ...]:
    node = table.get(key)
    if node is None:
        return ()
    if not isinstance(node, yaml.SequenceNode):
        faults.append(_fault(where, node.start_mark.line + 1, f"{key} is no list"))
        return ()
    return tuple(_text({key: part}, key, where, faults, required=True) for part in node.value)


def _budget(table: dict[str, yaml.Node], where: str, faults: list[Fault]) -> float | None:
    if "slo" not in table:
        return None
    node = _table(table["slo"], where, faults, ("p95_ms",)).get("p95_ms")
    if node is None:
        faults.append(_fault(where, table["slo"].start_mark.line + 1, "slo has no p95_ms"))
        return None
    text = str(node.value)
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", text) or float(text) <= 0:
        faults.append(_fault(where, node.start_mark.line + 1, "slo.p95_ms is no number of milliseconds above 0"))
        return None
    return float(text)


def _bad_values(manifest: Manifest, where: str) -> Iterator[Fault]:
    if manifest.name and not all(part.isidentifier() for part in manifest.name.split(".")):
        yield _fault(where, 1, f"name {manifest.name[:80]!r} is no dotted name")
    for gate in manifest.gates:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}", gate):
            yield _fault(where, 1, f"gate {gate[:80]!r} is no name")
    for path in manifest.artifacts:
        if path.startswith("/") or "\\" in path or any(part in ("", ".", "..") for part in path.rstrip("/").split("/")):
            yield _fault(where, 1, f"artifact {path[:80]!r} is no path inside the repository")


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _fault(where: str, line: int, what: str) -> Fault:
    return Fault("lanes.bad-manifest", f"{where}:{line}" if line else where, what)
