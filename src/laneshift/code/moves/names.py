"""Uses of a moved module through its dotted name or through a package: what to write instead, and what to import.

Some uses need an import that was not there before: `import a.b` and `a.b.c.f()` worked because someone had imported
`a.b.c`. Such a supporting import is written `import  x.y.c`, with two spaces, at the end of the run of imports that
bound the name; a later move that makes it superfluous takes it away again. Where the packages on the way to the new
place are hidden, `from x.y import  c as b_c` stands for it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from laneshift.code.moves.frame import Frame, absolute
from laneshift.code.moves.scopes import Scope, Survey, Use
from laneshift.code.moves.spans import Source
from laneshift.code.moves.statements import Name, Statement
from laneshift.code.moves.suites import Found

SUPPORT_GAP = b"  "


class Imported:
    """One name in one `import` statement of a scope, or in a `from` that stands for one: then its name is dotted."""

    __slots__ = ("found", "name", "scope")

    def __init__(self, found: Found, name: Name, scope: Scope) -> None:
        self.found = found
        self.name = name
        self.scope = scope

    @property
    def is_support(self) -> bool:
        """Whether the statement only supports uses, as an earlier move wrote it."""
        return _marks(self.found.text)


class Decisions:
    """What the uses of a file decide: new texts for uses and names, imports to add, statements to drop."""

    def __init__(self) -> None:
        self.uses: list[tuple[Use, int, str]] = []
        self.quoted: list[tuple[ast.Constant, str, str]] = []
        self.spelled: dict[int, bytes] = {}
        self.supports: list[tuple[Found, str]] = []
        self.dropped: list[Found] = []
        self.protected: list[ast.expr] = []


def interesting(statements: Iterable[Statement], frame: Frame) -> frozenset[str]:
    """The local names through which a file could reach the moved module."""
    names: set[str] = set()
    old_first, new_first = frame.old.partition(".")[0], frame.new.partition(".")[0]
    for text in statements:
        for name in text.names:
            if not text.is_from and name.alias is None:
                if name.text.partition(".")[0] == old_first:
                    names |= {old_first, new_first}
            elif rebinds(name, text, frame) or _module(text, name, frame) is not None:
                names.add(name.alias or name.text)
    return frozenset(names)


def rebinds(name: Name, text: Statement, frame: Frame) -> bool:
    """Whether the move may change what a name in `import` binds, so that its uses change with it."""
    if text.is_from:
        return _marks(text) and frame.renames(f"{text.module}.{name.text}")
    if not frame.renames(name.text):
        return False
    return name.alias in (None, name.text) or SUPPORT_GAP in (name.alias_gap, text.keyword_gap)


def _marks(text: Statement) -> bool:
    """Whether a statement only supports uses, as an earlier move wrote it."""
    gap = text.names_gap if text.is_from else text.keyword_gap
    return gap == SUPPORT_GAP and len(text.names) == 1 and not text.level


def _imports(text: Statement) -> Iterable[Name]:
    """The names of an `import`; of a `from` only that which stands for one, by its whole name."""
    if not text.is_from:
        return text.names
    name = text.names[0]
    return [name._replace(text=f"{text.module}.{name.text}")] if _marks(text) and name.alias else []


def decide(source: Source, found: list[Found], survey: Survey, frame: Frame) -> Decisions:
    """What becomes of every use in the file."""
    return _Decider(source, found, survey, frame).run()


def _module(text: Statement, name: Name, frame: Frame) -> str | None:
    """The package above the moved module that `name` is bound to, if it is one."""
    if text.is_from:
        base = absolute(frame.package_before, text.level, text.module)
        whole = f"{base}.{name.text}" if base else ""
    else:
        whole = name.text
    return whole if whole and frame.old.startswith(f"{whole}.") else None


class _Decider:
    def __init__(self, source: Source, found: list[Found], survey: Survey, frame: Frame) -> None:
        self.source = source
        self.survey = survey
        self.frame = frame
        self.out = Decisions()
        self.old_first = frame.old.partition(".")[0]
        self.new_first = frame.new.partition(".")[0]
        self.found = found
        self.imported = [
            Imported(each, name, survey.scope_of[id(each.node)].outer.get(_bound(name), survey.scope_of[id(each.node)]))
            for each in found
            for name in _imports(each.text)
        ]
        self.uses: dict[tuple[Scope, str], list[Use]] = {}

    def run(self) -> Decisions:
        for use in self.survey.uses:
            scope = use.scope.find(use.name)
            if scope is not None:
                self.uses.setdefault((scope, use.name), []).append(use)
            if scope is None or use.name not in scope.imports:
                self._protect(use)
        scopes = dict.fromkeys(each.scope for each in self.imported if each.name.alias is None)
        for scope in scopes:
            self._dotted(scope)
        self._aliased()
        self._marked()
        return self.out

    def _protect(self, use: Use) -> None:
        """A local name that only looks like the module, within an f-string: its text must stay."""
        if use.quoted_in is not None and self.frame.renames(".".join(use.parts)):
            self.out.protected.append(use.quoted_in)

    def _dotted(self, scope: Scope) -> None:
        """Uses through `import a.b.c`, which binds `a`."""
        frame = self.frame
        here = [
            each
            for each in self.imported
            if each.scope is scope and each.name.alias is None and _first(each.name.text) == self.old_first
        ]
        if not here or any(each.name.text == frame.old and "." not in frame.old for each in here):
            return
        uses = self.uses.get((scope, self.old_first), [])
        moved = [use for use in uses if frame.renames(".".join(use.parts))] if not frame.hidden else []
        others = [use for use in uses if use not in moved]
        touched = [each for each in here if frame.renames(each.name.text)]
        if not moved and not touched:
            return
        staying = self._without_superfluous(here)
        names = self._loaded(scope)
        if moved and self._conflicts(scope, moved):
            self._with_alias(staying, moved)
            names = [name for name in names if not name.startswith(frame.new)]
        else:
            self.out.uses += [(use, frame.old.count(".") + 1, frame.new) for use in moved]
            if moved and not _covered(frame.new, names) and not self._loaded_at_the_top(here[0]):
                self.out.supports.append((here[0].found, frame.new))
        for need in _needs(others, frame):
            if not _covered(need, names):
                self.out.supports.append((here[0].found, need))
                names.append(need)

    def _without_superfluous(self, here: list[Imported]) -> list[Imported]:
        """The imports that stay: a supporting one goes when another import does its work after the move."""
        frame = self.frame
        plain = [
            frame.rename(each.name.text)
            for each in self.imported
            if not each.is_support and each.name.alias is None and each.scope is here[0].scope
        ]
        staying = []
        for each in here:
            if each.is_support and _covered(frame.rename(each.name.text), plain):
                self.out.dropped.append(each.found)
            else:
                staying.append(each)
        also = [
            each
            for each in self.imported
            if each.scope is here[0].scope and each.is_support and each.name.alias is None and each not in here
        ]
        for each in also:
            if _covered(each.name.text, plain):
                self.out.dropped.append(each.found)
        return staying

    def _loaded(self, scope: Scope) -> list[str]:
        """What the imports that bind packages in `scope` load after the move."""
        dropped = [id(found) for found in self.out.dropped]
        return [
            self.frame.rename(each.name.text)
            for each in self.imported
            if each.scope is scope and each.name.alias is None and id(each.found) not in dropped
        ]

    def _loaded_at_the_top(self, inner: Imported) -> bool:
        """Whether an import before `inner`, in no block, loads the new name, and its first part is seen there."""
        module = self.survey.module
        holder = inner.scope.find(self.new_first)
        if inner.scope is module or holder not in (None, module, inner.scope) or self.new_first in module.others:
            return False
        bound = module.imports.get(self.new_first, ())
        if any(alias.asname or isinstance(node, ast.ImportFrom) for node, alias in bound):
            return False
        return any(
            each.scope is module
            and each.name.alias is None
            and not each.found.node.col_offset
            and each.found.node.lineno < inner.found.node.lineno
            and _covered(self.frame.new, [self.frame.rename(each.name.text)])
            for each in self.imported
        )

    def _conflicts(self, scope: Scope, uses: list[Use]) -> bool:
        """Whether the new name cannot be written out where the module is used.

        Its first part means something else there; or the file is that of a package on the way to the module, which is
        no attribute of the package above it before its own file has run.
        """
        if _is_unfinished(self.frame) and any(use.scope.runs_at_once() for use in uses):
            return True
        if self.new_first == self.old_first:
            return False
        plain = {
            id(each.scope)
            for each in self.imported
            if each.name.alias is None and _first(each.name.text) == self.new_first
        }
        for use in uses:
            for inner in use.scope.in_sight():
                if inner.binds(self.new_first) and (id(inner) not in plain or self.new_first in inner.others):
                    return True
                if inner is scope:
                    break
        return any(
            use.name == self.new_first
            and scope.contains(use.scope)
            and found is not scope
            and found.contains(scope)
            and id(found) not in plain
            for (found, _), group in self.uses.items()
            for use in group
        )

    def _with_alias(self, here: list[Imported], moved: list[Use]) -> None:
        """`import x.y.c  as a_b_c`: two spaces say that the alias stands for a dotted name."""
        alias = self.frame.old.replace(".", "_")
        changed = False
        for each in here:
            if each.name.text == self.frame.old:
                self.out.spelled[each.name.start] = f"{self.frame.new}  as {alias}".encode("utf-8", "surrogateescape")
                changed = True
        if not changed:
            self.out.supports.append((here[0].found, f"{self.frame.new} as {alias}"))
        self.out.uses += [(use, self.frame.old.count(".") + 1, alias) for use in moved]

    def _aliased(self) -> None:
        """Uses through a package bound to a name of its own: `from a import b` and `b.c.f()`."""
        frame = self.frame
        if frame.hidden or frame.kept:
            return
        done: set[tuple[int, str]] = set()
        for found, name, scope, module in self._packages():
            bound = name.alias or name.text
            if (id(scope), bound) in done:
                continue
            done.add((id(scope), bound))
            rest = frame.old[len(module) + 1 :]
            size = rest.count(".") + 2
            moved = [use for use in self.uses.get((scope, bound), []) if use.parts[1:size] == rest.split(".")]
            quoted = self._quoted(f"{bound}.{rest}") if scope is self.survey.module else []
            if moved or quoted:
                alias = f"{bound}_{rest.replace('.', '_')}"
                self.out.uses += [(use, size, alias) for use in moved]
                self.out.quoted += [(literal, f"{bound}.{rest}", alias) for literal in quoted]
                self.out.supports.append((found, f"{frame.new} as {alias}"))

    def _packages(self) -> Iterator[tuple[Found, Name, Scope, str]]:
        """Names bound to a package above the moved module."""
        for found in self.found:
            inner = self.survey.scope_of[id(found.node)]
            for name in found.text.names:
                module = _module(found.text, name, self.frame) if found.text.is_from or name.alias else None
                if module is not None:
                    yield found, name, inner.outer.get(name.alias or name.text, inner), module

    def _quoted(self, dotted: str) -> list[ast.Constant]:
        """The string annotations that contain a dotted name."""
        pattern = whole_name(dotted)
        return [each for each in self.survey.annotations if pattern.search(str(each.value).encode())]

    def _marked(self) -> None:
        """Imports that an earlier move wrote with an alias, and that may now have their first form again."""
        for each in self.imported:
            name, frame = each.name, self.frame
            if name.alias is None or not frame.renames(name.text):
                continue
            new = frame.rename(name.text)
            uses = self.uses.get((each.scope, name.alias), [])
            if name.alias == name.text and "." in new:
                self.out.uses += [(use, 1, new) for use in uses]
            elif not each.found.text.is_from and name.alias_gap == SUPPORT_GAP and name.alias == new.replace(".", "_"):
                self.out.spelled[name.start] = new.encode("utf-8", "surrogateescape")
                self.out.uses += [(use, 1, new) for use in uses]
            elif each.is_support:
                self._unalias(each, new, uses)

    def _unalias(self, each: Imported, new: str, uses: list[Use]) -> None:
        if self.frame.is_init and new == f"{self.frame.package_after}.{each.name.alias}":
            self.out.dropped.append(each.found)
            return
        for found in self.found:
            inner = self.survey.scope_of[id(found.node)]
            for name in found.text.names:
                if found is each.found or inner.outer.get(_bound(name), inner) is not each.scope:
                    continue
                module = self._bound_module(found, name)
                bound = _bound(name)
                if module and new.startswith(f"{module}.") and not _marks(found.text):
                    rest = new[len(module) + 1 :]
                    if each.name.alias == f"{bound}_{rest.replace('.', '_')}":
                        self.out.dropped.append(each.found)
                        self.out.uses += [(use, 1, f"{bound}.{rest}") for use in uses]
                        quoted = self._quoted(each.name.alias)
                        self.out.quoted += [(literal, each.name.alias, f"{bound}.{rest}") for literal in quoted]
                        return

    def _bound_module(self, found: Found, name: Name) -> str | None:
        if not found.text.is_from:
            return self.frame.rename(name.text) if name.alias else _first(name.text)
        base = absolute(self.frame.package_before, found.text.level, found.text.module)
        return self.frame.rename(f"{base}.{name.text}") if base else None


def _is_unfinished(frame: Frame) -> bool:
    """Whether the file is that of a package, below the topmost, that the new name passes through."""
    here = frame.package_after
    return frame.is_init and "." in here and f"{frame.new_parent}.".startswith(f"{here}.")


def _bound(name: Name) -> str:
    return name.alias or _first(name.text)


def _first(dotted: str) -> str:
    return dotted.partition(".")[0]


def _covered(need: str, names: Iterable[str]) -> bool:
    """Whether importing one of `names` loads `need`, or did so before by means of the package alone."""
    return any(name == need or name.startswith(f"{need}.") or need.startswith(f"{name}.") for name in names)


def _needs(others: list[Use], frame: Frame) -> list[str]:
    """The packages on the way to the old place that the uses which stay reach into, the deepest first."""
    package = frame.old_parent.split(".")
    needs = set()
    for use in others:
        shared = [part for part, other in zip(use.parts, package, strict=False) if part == other]
        needs.add(".".join(shared))
    return sorted(needs - {""}, key=len, reverse=True)


def whole_name(dotted: str) -> re.Pattern[bytes]:
    """A pattern for a dotted name that is not part of a longer one on its left."""
    name = re.escape(dotted.encode("utf-8", "surrogateescape"))
    return re.compile(rb"(?<![A-Za-z0-9_.\x80-\xff])" + name + rb"(?![A-Za-z0-9_\x80-\xff])")


__all__ = ["SUPPORT_GAP", "Decisions", "Imported", "decide", "interesting", "whole_name"]
