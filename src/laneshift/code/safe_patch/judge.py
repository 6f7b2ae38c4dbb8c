"""The verdict over a whole change: every file by its place, then by its syntax, then what all files come to."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from laneshift.code.modules import Modules
from laneshift.code.moves.spans import parse, read_source
from laneshift.code.safe_patch import places
from laneshift.code.safe_patch.added import added_findings
from laneshift.code.safe_patch.conduct import conduct_findings
from laneshift.code.safe_patch.effects import effect_findings
from laneshift.code.safe_patch.examples import documentation, example_findings, fixture_findings, kept_output_findings
from laneshift.code.safe_patch.exports import export_findings
from laneshift.code.safe_patch.fields import Classes, field_findings
from laneshift.code.safe_patch.imports import import_findings, imported
from laneshift.code.safe_patch.layout import line_end_findings, silencer_findings, space_findings
from laneshift.code.safe_patch.names import meaning_findings
from laneshift.code.safe_patch.outline import outline_findings, walk
from laneshift.code.safe_patch.reached import reach_findings
from laneshift.code.safe_patch.records import Finding, Limits, Verdict
from laneshift.code.safe_patch.replaced import replaced_findings
from laneshift.code.safe_patch.scripts import cookie, name_findings, text_findings
from laneshift.code.safe_patch.stated import gone
from laneshift.code.safe_patch.statements import statement_findings
from laneshift.repo.differences import differences
from laneshift.repo.objects import Entry, Tree


@dataclass(frozen=True)
class _Ground:
    """What files are judged against: both trees, and what may be imported."""

    before: Tree
    after: Tree
    limits: Limits
    modules: Modules
    known: frozenset[str]


def judge(
    before: Tree, after: Tree, limits: Limits, allowed: Callable[[str], bool], roots: tuple[str, ...] = ()
) -> Verdict:
    """Judge the change from `before` to `after`. Pure, and never raises for anything that a tree may hold.

    `allowed` says which paths may change at all; `roots` are the configured source roots.
    """
    changed = differences(before, after)
    paths = {*before.entries, *after.entries}
    modules = Modules.of(paths, roots)
    own = {name.partition(".")[0] for path, name in modules.by_path.items() if path in before.entries}
    ground = _Ground(before, after, limits, modules, frozenset({*own, *limits.known}))
    findings: list[Finding] = []
    if len(changed) > limits.files:
        findings.append(Finding("too-many-files", "", 0, f"{len(changed)} files change, {limits.files} may"))
    lines = statements = 0
    for path, (old, new) in sorted(changed.items())[: limits.files]:
        found, gone_lines, gone_statements = _file(path, old, new, ground, allowed)
        findings += found
        lines, statements = lines + gone_lines, statements + gone_statements
    if lines > limits.lines:
        findings.append(Finding("lines-deleted", "", 0, f"{lines} lines go, {limits.lines} may"))
    if statements > limits.deleted:
        what = f"{statements} statements that are no imports go or change, {limits.deleted} may"
        findings.append(Finding("statements-deleted", "", 0, what))
    findings += [*_collisions(before, after), *_hiding(before, changed, modules, limits.known)]
    return Verdict(len(changed), tuple(sorted(set(findings))))


def _file(
    path: str, old: Entry | None, new: Entry | None, ground: _Ground, allowed: Callable[[str], bool]
) -> tuple[list[Finding], int, int]:
    """What is wrong with one file, how many lines of it go, and how many statements."""
    found = [*places.path_findings(path, allowed=allowed(path)), *places.mode_findings(path, old, new)]
    if any(entry is not None and not entry.is_regular for entry in (old, new)):
        return found, 0, 0
    before = ground.before.read(path) if old is not None else b""
    after = ground.after.read(path) if new is not None else b""
    found += places.size_findings(path, before, after, ground.limits)
    if max(len(before), len(after)) > ground.limits.bytes or b"\0" in before + after:
        return found, 0, 0
    lines = places.lines_gone(before, after)
    if places.is_gutted(before, lines):
        found.append(Finding("file-gutted", path, 0, f"{lines} lines go, most of the file"))
    found += [*line_end_findings(path, before, after), *space_findings(path, _text(before), _text(after))]
    if not places.is_code(path):
        found += text_findings(path, _text(before), _text(after))
        found += kept_output_findings(path, is_new=old is None)
        found += example_findings(path, [_text(before)], [_text(after)])
        return found, lines, 0
    more, statements = _code(path, before, after, ground)
    return [*found, *more], lines, statements


def _code(path: str, before: bytes, after: bytes, ground: _Ground) -> tuple[list[Finding], int]:
    if cookie(after) not in ("utf-8", "utf-8-sig") and cookie(after) != cookie(before):
        return [Finding("encoding", path, 1, f"the file is to be read as {cookie(after)}")], 0
    old, new = parse(read_source(before)), parse(read_source(after))
    if new is None or old is None:
        which = "before" if new is not None else "after"
        return [Finding("unreadable", path, 0, f"the file {which} the change is no Python that can be read")], 0
    texts = _text(before), _text(after)
    package = ground.modules.package_of(path)
    try:
        found = list(_syntax(path, texts, (old, new), package, ground))
        return found, sum(gone(old, new).values())
    except RecursionError:
        return [Finding("unreadable", path, 0, "the file is nested too deeply to be judged")], 0


def _syntax(
    path: str, texts: tuple[str, str], trees: tuple[ast.Module, ast.Module], package: str, ground: _Ground
) -> Iterator[Finding]:
    old, new = trees
    yield from text_findings(path, *texts)
    yield from name_findings(path, *texts)
    yield from silencer_findings(path, *texts)
    yield from outline_findings(path, old, new)
    yield from export_findings(path, old, new)
    yield from meaning_findings(path, old, new)
    yield from statement_findings(path, old, new)
    yield from replaced_findings(path, old, new)
    yield from conduct_findings(path, old, new)
    yield from field_findings(path, old, new, _classes(old, package, ground))
    yield from reach_findings(path, old, new)
    yield from example_findings(path, documentation(old), documentation(new))
    yield from fixture_findings(path, old, new)
    yield from added_findings(path, old, new)
    yield from import_findings(path, old, new, package, ground.limits.forbidden, ground.known)
    yield from effect_findings(path, old, new)


def _classes(tree: ast.Module, package: str, ground: _Ground) -> Classes:
    """Finds classes as the tree before the change has them, in this file or where it imports them from."""
    own = {name: node for name, node in walk(tree) if isinstance(node, ast.ClassDef)}
    origins = {each.binds: each.origin for each in imported(tree, package)}

    def find(name: str) -> ast.ClassDef | None:
        first, _, rest = name.partition(".")
        module, _, last = ".".join(filter(None, (origins.get(first, ""), rest))).rpartition(".")
        path = ground.modules.by_name.get(module, "")
        if name in own or path not in ground.before:
            return own.get(name)
        there = parse(read_source(ground.before.read(path)))
        nodes = walk(there) if there is not None else ()
        return next((node for at, node in nodes if at == last and isinstance(node, ast.ClassDef)), None)

    return find


def _text(data: bytes) -> str:
    source = read_source(data)
    return source.data.decode("utf-8", "replace")


def _hiding(before: Tree, changed: Collection[str], modules: Modules, foreign: Collection[str]) -> Iterator[Finding]:
    """New files that are imported instead of others: beside a module of the same name, or over one from elsewhere."""
    known = {_stem(path) for path in before.entries if places.is_code(path)}
    names = {name.partition(".")[0] for path, name in modules.by_path.items() if path in before.entries}
    for path in sorted(changed):
        if not places.is_code(path) or path in before.entries:
            continue
        top = modules.by_path.get(path, "").partition(".")[0]
        if _stem(path) in known:
            yield Finding("redefined", path, 0, "there is another file for this very module")
        elif top in sys.stdlib_module_names and top not in names:
            yield Finding("redefined", path, 0, f"the module hides {top} of the standard library")
        elif top and top not in names and (top in foreign or _is_foreign(before, top)):
            yield Finding("redefined", path, 0, f"the module hides {top}, which is imported from elsewhere")


def _is_foreign(tree: Tree, top: str) -> bool:
    """Whether some file imports a module of this name, which the tree itself does not have."""
    wanted = re.compile(rb"^\s*(?:import|from)\s+%s\b" % top.encode(), re.MULTILINE)
    return any(wanted.search(tree.read(path)) for path in tree.entries if path.endswith(".py"))


def _stem(path: str) -> str:
    """The path of a module apart from how it is kept: `a/b.py`, `a/b.pyi` and `a/b/__init__.py` are one."""
    return path.rpartition(".")[0].removesuffix("/__init__")


def _collisions(before: Tree, after: Tree) -> Iterator[Finding]:
    """New paths that some file systems cannot tell from others."""
    keys: dict[str, list[str]] = {}
    for path in after.entries:
        keys.setdefault(path.casefold(), []).append(path)
    for same in keys.values():
        new = [path for path in same if path not in before.entries]
        if len(same) > 1 and new:
            yield Finding("disguised-path", new[0], 0, "the path differs from another one by case alone")
