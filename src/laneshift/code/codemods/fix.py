"""A fix: what somebody mended in the result of an item, as a record of bytes before and after. Applying it is pure.

It is recorded as what foreign code did is (`recorded`), and pinned by its digest. Where the file is another one by now,
since another item or somebody else wrote it too, the lines of both are merged. Where they met on the same lines or next
to each other, nobody knows what would be right, so it is refused. Whether what was merged is right, the tests of the
tree that lands tell, as for everything that is combined.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from laneshift.code.codemods.recorded import RECORD, read_record, record
from laneshift.code.codemods.records import Codemod
from laneshift.errors import Refused
from laneshift.repo.merging import merge
from laneshift.repo.objects import Entry, Repository, Tree

FIX = "fix"
AGENT, EMAIL = "agent", "email"
_PYTHON = (".py", ".pyi")
_JUDGES = frozenset({"conftest.py", "sitecustomize.py", "usercustomize.py", "setup.py", "noxfile.py"})
_TEST_FOLDERS = frozenset({"tests", "test", "testing"})


def may_be_mended(path: str) -> bool:
    """Whether any fix may edit this file: Python code that is neither a test nor steers how tests run.

    What judges a fix is not for it to change, and neither are settings, hooks and whatever else is no code.
    """
    *folders, name = path.split("/")
    if not name.endswith(_PYTHON) or name in _JUDGES or name.startswith("test_") or name.endswith("_test.py"):
        return False
    return not any(folder in _TEST_FOLDERS or folder.startswith(".") for folder in folders)


def fix_of(repository: Repository, before: Tree, files: Mapping[str, bytes], agent: str, email: str) -> Codemod:
    """Record that `agent` made these bytes of files of `before`, and give the fix that does it again."""
    oid, pin = record(repository, before, files)
    named = {AGENT: agent, EMAIL: email}
    return Codemod.asked(FIX, tuple(files), {RECORD: oid, **{name: text for name, text in named.items() if text}}, pin)


def fixed_files(tree: Tree, fix: Codemod, tests: Collection[str] = ()) -> dict[str, bytes]:
    """The bytes that the fix gives to files of `tree`; a file that has them already is left out.

    `tests` are files that no fix may edit. Raises `Refused`: `fix.drifted` where a file is not what it was and both
    changed the same lines, `fix.out-of-bounds` for a file that is new, one of `tests`, not named by the fix, or none
    that may be mended, and as `read_record` does.
    """
    files: dict[str, bytes] = {}
    others: list[str] = []
    for path, before, after in read_record(tree.repository, fix).files:
        entry = tree.entry(path)
        if not before or path in tests or path not in fix.paths or not may_be_mended(path):
            raise Refused("fix.out-of-bounds", f"a fix may not write {path!r}", where=path)
        if entry is not None and entry.is_regular and entry.oid == after:
            continue
        if entry is None or not entry.is_regular:
            raise _drifted(path, fix, "it is no plain file any more")
        if entry.oid != before:
            others.append(path)
        else:
            files[path] = tree.repository.blob(after)
    return {**files, **_merged(tree, fix, others)} if others else files


def carried(tree: Tree, fix: Codemod) -> tuple[str, ...]:
    """The mended files of a tree that has the fix which are not as the fix left them: others have written them too."""
    ends = {path: after for path, _, after in read_record(tree.repository, fix).files}
    found = {path: tree.entry(path) for path in sorted(ends)}
    return tuple(path for path, entry in found.items() if entry is not None and entry.oid != ends[path])


def _merged(tree: Tree, fix: Codemod, paths: Sequence[str]) -> dict[str, bytes]:
    """Files that others have written too, with the fix merged into them; one that has it already is left out."""
    before, after = ends_of(tree, fix)
    merged = merge(before, tree, after)
    for path in paths:
        if path in {conflict.path for conflict in merged.conflicts}:
            raise _drifted(path, fix, "others have changed the same lines, or those next to them")
    return {path: merged.tree.read(path) for path in paths if merged.tree.entry(path) != tree.entry(path)}


def _drifted(path: str, fix: Codemod, why: str) -> Refused:
    return Refused(
        "fix.drifted",
        f"{path!r} is not what it was when {agent_of(fix)} mended it",
        where=path,
        why=f"{why}, so whether the fix would still be right is not known",
        cure="plan the item again, so that it is mended on today's files",
    )


def ends_of(tree: Tree, fix: Codemod) -> tuple[Tree, Tree]:
    """The tree with its mended files as they were when the fix was made, and as it left them.

    Raises as `read_record` does.
    """
    found = [(path, tree.entry(path), ends) for path, *ends in read_record(tree.repository, fix).files]
    rows = [(path, entry.mode, ends) for path, entry, ends in found if entry is not None]
    before, after = ({path: Entry(mode, ends[end]) for path, mode, ends in rows} for end in (0, 1))
    return tree.edit(before), tree.edit(after)


def agent_of(fix: Codemod) -> str:
    """Who made the fix; a word for somebody where it does not say."""
    return dict(fix.parameters).get(AGENT, "somebody")


def address_of(fix: Codemod) -> str:
    """The address of who made the fix; empty where it does not say."""
    return dict(fix.parameters).get(EMAIL, "")
