"""Sixty questions about the whole toy of `tests.toy`, run and not landed, each with what a right answer holds.

The labels are written by hand from the toy's files, or worked out by `labels`, which reads them with `ast`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from laneshift.matriz.answering import Answer
from tests.runs.answering import labels

Label = Callable[[Path, Answer], bool]


@dataclass(frozen=True)
class Labelled:
    """What is asked, the last message being the question, and whether an answer is right."""

    asked: tuple[str, ...]
    right: Label


def told(*words: str, no: tuple[str, ...] = ()) -> Label:
    """The answer knows, and holds all of these words and none of those."""
    return lambda _, answer: (
        answer.knows and all(word in answer.text for word in words) and not any(word in answer.text for word in no)
    )


def unknown(*words: str) -> Label:
    """The answer says that it does not know, and names these."""
    return lambda _, answer: not answer.knows and all(word in answer.text for word in words)


def paths(kinds: str, *expected: str) -> Label:
    """The sources of these kinds are in exactly these files."""
    return lambda _, answer: (
        answer.knows and {one.path for one in answer.sources if one.kind in kinds.split()} == set(expected)
    )


def importing(path: str) -> Label:
    """The sources are exactly the files that import `path`, by `ast`."""

    def right(root: Path, answer: Answer) -> bool:
        expected = labels.importers(root, path)
        number = f"{len(expected)} module" if expected else "No module imports"
        return answer.knows and number in answer.text and _of(answer, "import") == expected

    return right


def importing_from(path: str) -> Label:
    """The answer names exactly what `path` imports, by `ast`."""

    def right(root: Path, answer: Answer) -> bool:
        expected = {labels.module_of(target) for importer, target in labels.imports(root) if importer == path}
        said = {one.text.removeprefix("imports ") for one in answer.sources if one.kind == "import"}
        return answer.knows and said == expected

    return right


def defining(name: str) -> Label:
    """The sources are exactly where `name` is defined, by `ast`."""
    return lambda root, answer: (
        answer.knows
        and {(one.path, one.line) for one in answer.sources if one.kind == "symbol"} == labels.definitions(root, name)
    )


def counting(folder: str) -> Label:
    """The answer has the number of Python files in a folder."""

    def right(root: Path, answer: Answer) -> bool:
        number = sum(path.startswith(f"{folder}/") for path in labels.python_files(root))
        return answer.knows and f"**{number} module" in answer.text

    return right


def _of(answer: Answer, kind: str) -> set[str]:
    return {one.path for one in answer.sources if one.kind == kind}


SHAPES, REPORT, PLUGIN = "labs/shapes.py", "labs/report.py", "labs/plugin.py"
RED = "tests/test_plugin.py::test_plugin_is_found_by_a_computed_name"
WHY = told("quarantined", "**test**", RED, "tests/test_plugin.py:5", "ModuleNotFoundError")
MOVED = paths("edit file", SHAPES, "core/app.py", "labs/registry.py", REPORT, "tests/test_shapes.py")

QUESTIONS = (
    Labelled(("who imports labs.shapes?",), importing(SHAPES)),
    Labelled(("Who's importing `labs/shapes.py`?",), importing(SHAPES)),
    Labelled(("which modules depend on labs.report",), importing(REPORT)),
    Labelled(("List the importers of core.loader, please",), importing("core/loader.py")),
    Labelled(("what uses labs.stays?",), importing("labs/stays.py")),
    Labelled(("is labs.plugin imported by anyone",), importing(PLUGIN)),
    Labelled(("where is core.app imported?",), importing("core/app.py")),
    Labelled(("who imprts labs.registry",), importing("labs/registry.py")),
    Labelled(("How many modules import labs.shapes?",), told("3 modules import")),
    Labelled(("who imports math",), paths("import", SHAPES)),
    Labelled(("who imports importlib?",), paths("import", "labs/registry.py", "core/loader.py")),
    Labelled(("what does core.app import?",), importing_from("core/app.py")),
    Labelled(("dependencies of labs.report",), importing_from(REPORT)),
    Labelled(("core.app's dependencies",), importing_from("core/app.py")),
    Labelled(("which modules does tests/test_smoke.py depend on",), importing_from("tests/test_smoke.py")),
    Labelled(("what is imported by labs.plugin?",), told("imports no module")),
    Labelled(("is labs.shapes ready for lane core?",), told("**not** ready", "owner", "docs", "imports: passed")),
    Labelled(
        ("why isn't labs.plugin ready for core",), told("**not** ready", "no test reaches it", "tests: **failed**")
    ),
    Labelled(("what blocks labs.plugin from entering core?",), told("**not** ready", "tests: **failed**")),
    Labelled(("Can core.app be promoted to labs?",), told("lane `labs`", "owner")),
    Labelled(("is labs.shapes ready for lane gold",), unknown("`gold`", "`core`")),
    Labelled(("why did item labs.plugin fail?",), WHY),
    Labelled(("why did item 3 of batch batch fail",), WHY),
    Labelled(("Why did labs.plugin not land?",), WHY),
    Labelled(("what went wrong with labs.plugin in batch",), WHY),
    Labelled(("what happened to labs/plugin.py?",), WHY),
    Labelled(("why was labs.shapes quarantined?",), told("did not fail", "ready-to-land", no=("labs.plugin",))),
    Labelled(("why did item 99 fail?",), unknown("`99`", "`labs.plugin`")),
    Labelled(("why did labs.nowhere fail",), unknown("`labs.nowhere`")),
    Labelled(("what would moving labs/shapes.py to core/geometry/shapes.py touch?",), MOVED),
    Labelled(("What would break if labs.shapes was moved to core.figures?",), MOVED),
    Labelled(("which files change when we rename labs.plugin to core.plugin",), paths("edit file", PLUGIN)),
    Labelled(("what happens if I move labs.plugin to core",), told("`core/plugin.py`", "touches **1 file**")),
    Labelled(("what would moving labs.plugin to core/app.py touch",), unknown("core/app.py")),
    Labelled(("what would moving labs.shapes touch?",), unknown("Where to?")),
    Labelled(("impact of moving labs.gone to core",), unknown("`labs.gone`")),
    Labelled(("how risky is moving labs.plugin to core/plugin.py?",), told("risk **0.", "past failures", "no tests")),
    Labelled(
        ("is it safe to move labs.shapes to core.shapes",), told("risk **0.", "importers", "3 module(s) import it")
    ),
    Labelled(
        ("compare labs.shapes and labs.report",), told("| importers | 3 | 1 |", "`labs.report` imports `labs.shapes`")
    ),
    Labelled(("core.app vs core.loader",), told("| imports | 2 | 0 |", "| lane | core | core |")),
    Labelled(("compare labs.shapes with labs.none",), unknown("`labs.none`")),
    Labelled(("what is 12 * (3 + 4)?",), told("**84**")),
    Labelled(("How much is 15% of 80",), told("**12**")),
    Labelled(("2 to the power of 10",), told("**1024**")),
    Labelled(("calculate 7 divided by 2",), told("**3.5**")),
    Labelled(("what is 1/0?",), unknown("divides by zero")),
    Labelled(("where is area defined?",), defining("area")),
    Labelled(("which file defines `NAMES`",), defining("NAMES")),
    Labelled(("Find the definition of load",), defining("load")),
    Labelled(("where is the function frobnicate",), unknown("`frobnicate`")),
    Labelled(("how many modules are in lane labs?",), counting("labs")),
    Labelled(("how many modules does core have",), counting("core")),
    Labelled(("status of batch batch",), told("5 of 6 done", "1 want attention", "`labs.plugin`")),
    Labelled(("how is plan nothing doing?",), unknown("`nothing`", "`batch`")),
    Labelled(("which items touch core/app.py?",), told("**2 items touch", "`labs.shapes`", "`labs.report`")),
    Labelled(("who touches tests/test_red.py",), told("No item touches")),
    Labelled(("which tests cover labs.registry?",), paths("test", "tests/test_registry.py")),
    Labelled(("who imports labs.shapes?", "and labs.report?"), importing(REPORT)),
    Labelled(("who imports core.app", "what does it import?"), importing_from("core/app.py")),
    Labelled(("Is the weather nice in Paris?",), unknown("I do not know")),
)
