"""Forms that can run are run before and after the move, and mean the same: every name is bound to the same thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.code.moves.forms import Form
from tests.code.moves.running import Meaning, Run, meanings
from tests.code.moves.tables import forms, trees, twins

_LEAST_RUNNING = 300
_IMPLIED = frozenset({"its parent's star"})
"""`from .. import *` also takes the package along that holds the file, which is another one after the move."""


def _dotted(path: str) -> str:
    below = path.removeprefix("src/").removeprefix("lib/").removesuffix(".py")
    return below.replace("/", ".")


def _renames(form: Form) -> tuple[tuple[str, str], ...]:
    """The old name and the new one, from the root of the repository and from the source root."""
    whole = tuple(path.removesuffix(".py").replace("/", ".") for path in (form.src, form.dst))
    return (whole[0], whole[1]), (_dotted(form.src), _dotted(form.dst))


def _put(files: Mapping[str, bytes], folder: Path) -> Path:
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def _runs(form: Form, folder: Path) -> Iterator[Run]:
    """The file of a form before and after. A script may rely on the module being there already before the move."""
    script = "/" not in form.path or form.path.endswith("__main__.py")
    last = _dotted(form.src).rpartition(".")[2]
    there = isinstance(form.before, str) and "sys.modules[" in form.before
    first = {"before": _dotted(form.src) if script else "", "after": _dotted(form.dst) if there else ""}
    for side, (files, path) in zip(("before", "after"), trees(form), strict=True):
        yield Run(_put(files, folder / side), path, script, _renames(form), last, first[side])


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Form, Meaning, Meaning]]:
    """Every form whose file Python can run, with what it means before and after."""
    chosen = [form for form in [*forms(), *twins()] if form.path.endswith(".py") and form.label not in _IMPLIED]
    folder = tmp_path_factory.mktemp("forms")
    runs = [run for number, form in enumerate(chosen) for run in _runs(form, folder / str(number))]
    told = meanings(runs, folder)
    assert len(told) == len(runs)
    return list(zip(chosen, told[::2], told[1::2], strict=True))


def _difference(form: Form, before: Meaning, after: Meaning) -> dict[str, tuple[str, str]]:
    """The names that are bound to something else after the move, or to nothing.

    `import a.b` binds packages on the way to the module, and importing a submodule sets a name in its package: those
    may be others after the move.
    """
    free = {_dotted(form.src).partition(".")[0], _dotted(form.dst).partition(".")[0], "src", "lib"}
    if form.path.endswith("__init__.py"):
        free |= {name for name, text in before.items() if text.startswith("module ") and text.endswith(f".{name}")}
    told = {name: (text, after.get(name, "nothing")) for name, text in before.items() if name not in free}
    return {name: pair for name, pair in told.items() if pair[0] != pair[1]}


def test_every_form_that_can_run_means_the_same_after_the_move(
    compared: list[tuple[Form, Meaning, Meaning]],
) -> None:
    differing = {
        f"{form}: {form.before!r}": found
        for form, before, after in compared
        if "!" not in before and (found := _difference(form, before, after))
    }
    assert differing == {}
    assert [(str(form), after["!"]) for form, before, after in compared if "!" in after and "!" not in before] == []


def test_enough_forms_run(compared: list[tuple[Form, Meaning, Meaning]]) -> None:
    running = [form for form, before, _ in compared if "!" not in before]
    assert len(running) >= _LEAST_RUNNING
