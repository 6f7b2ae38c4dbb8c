"""One Python file after a move: imports, uses, strings, comments and paths, as byte edits."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from laneshift.code.moves import answers, lazy, literals
from laneshift.code.moves.declared import declared_spans
from laneshift.code.moves.fields import is_field
from laneshift.code.moves.frame import Frame
from laneshift.code.moves.imports import import_spans, respell
from laneshift.code.moves.light import find_statements
from laneshift.code.moves.lines import SAME_LINE, place_of
from laneshift.code.moves.names import SUPPORT_GAP, Decisions, decide, interesting, rebinds, whole_name
from laneshift.code.moves.only_imports import only_imports
from laneshift.code.moves.paths import Paths
from laneshift.code.moves.regions import Regions, goes_back, regions, words_ending
from laneshift.code.moves.scopes import Survey, Use, survey
from laneshift.code.moves.spans import Source, Span, apply, newline_of, outside
from laneshift.code.moves.statements import Statement
from laneshift.code.moves.suites import Found, find_imports
from laneshift.code.moves.texts import Texts
from laneshift.repo.late_patterns import late
from laneshift.repo.plain_records import NamedTuple

_SUPPORT = late(rb"(?:from [^ ]+ )?import" + SUPPORT_GAP + rb"[^ ]")
"""The start of a supporting import."""


class Job(NamedTuple):
    """What every file of a move shares with every other: its path, its frame and the patterns."""

    path: str
    frame: Frame
    texts: Texts
    paths: Paths


def light_spans(source: Source, job: Job) -> list[Span] | None:
    """The edits for a file that names the module in `from` imports and in text only; None for any other file."""
    if job.frame.exports:
        return None
    known = regions(source.data)
    statements = _mentions_alone(source.data, known, job.frame)
    if statements is not None:
        return sorted(_commented(span, job) for span in import_spans(source.data, statements, job.frame))
    if _only_a_tree_tells(source.data, job.frame):
        return None
    statements = find_statements(source.data, known)
    if interesting(statements, job.frame) and _reached(source.data, known, statements, job.frame):
        return None
    return _with_text(source, import_spans(source.data, statements, job.frame), job, (), known)


def _mentions_alone(data: bytes, known: Regions, frame: Frame) -> list[Statement] | None:
    """The statements to look at in a file where nothing but import statements can matter; None for any other file."""
    apart = "." in frame.old and not frame.importer_moves and not frame.renames(frame.package_before)
    if not apart or answers.may_answer(data) or lazy.holds_tables(data, frame):
        return None
    found = only_imports(data, known, frame.old_last.encode("utf-8", "surrogateescape"))
    bound = found is not None and any(rebinds(name, text, frame) for text in found for name in text.names)
    return None if bound else found


def _only_a_tree_tells(data: bytes, frame: Frame) -> bool:
    """Whether strings in the file may mean something only because of where they stand."""
    return answers.may_answer(data) or lazy.holds_tables(data, frame) or literals.wants_survey(data, frame)


def _reached(data: bytes, known: Regions, statements: list[Statement], frame: Frame) -> bool:
    """Whether the last part of the name stands where a use of the module could be: then only a tree can tell."""
    if any(rebinds(name, text, frame) for text in statements for name in text.names):
        return True
    last = frame.old.rpartition(".")[2].encode("utf-8", "surrogateescape")
    for at in words_ending(data, last):
        around = known.around(at)
        if around is None:
            if not goes_back(data, at) and not any(each.start <= at < each.end for each in statements):
                return True
        elif _in_reach(data, around[0], at, frame, last):
            return True
    return False


def _in_reach(data: bytes, start: int, at: int, frame: Frame, last: bytes) -> bool:
    """Whether a string could use the module: an f-string, or an attribute that is not the end of the whole name."""
    if data[start - 1 : start] in (b"f", b"F", b"r", b"R", b"t", b"T"):
        return True
    old = frame.old.encode("utf-8", "surrogateescape")
    return data[at - 1 : at] == b"." and not data.startswith(old, max(at + len(last) - len(old), 0))


def python_spans(source: Source, tree: ast.Module, job: Job) -> list[Span]:
    """The edits for a file that parses. They never overlap."""
    frame = job.frame
    found = find_imports(tree, source)
    names = interesting((each.text for each in found), frame)
    decisions, declared = Decisions(), list[Span]()
    seen: Survey | None = None
    if names or literals.wants_survey(source.data, frame):
        seen = survey(tree, names)
        decisions = decide(source, found, seen, frame)
        declared = list(declared_spans(source, found, seen, decisions, frame)) if seen.declared else []
    dropped = {each.text.start for each in decisions.dropped}
    statements = [each.text for each in found if each.text.start not in dropped]
    spans = import_spans(source.data, statements, frame, spelled=decisions.spelled)
    spans += (_drop(source.data, each) for each in decisions.dropped)
    spans += [*_support_spans(source, decisions, frame), *declared]
    if frame.exports:
        spans.append(_exported(source, tree, frame))
    uses = [span for use, size, text in decisions.uses for span in _use_spans(source, use, size, text)]
    uses += (span for literal, was, now in decisions.quoted for span in _searched(source, literal, was, now))
    # Each use in an f-string finds all that are written like it there.
    spans += dict.fromkeys(uses)
    if seen is not None:
        spans += literals.literal_spans(source, seen, frame)
    if answers.may_answer(source.data):
        spans += answers.answer_spans(source, tree, frame)
    if lazy.holds_tables(source.data, frame):
        spans += lazy.lazy_spans(source, tree, frame)
    return _with_text(source, spans, job, decisions.protected, regions(source.data))


def _use_spans(source: Source, use: Use, size: int, text: str) -> Iterator[Span]:
    """Replace the first `size` parts of a use. Positions within f-strings are not to be trusted: search there."""
    parts = use.parts[:size]
    if use.quoted_in is not None:
        yield from _searched(source, use.quoted_in, ".".join(parts), text)
        return
    start, _ = extent(source, use.nodes[0])
    _, end = extent(source, use.nodes[size - 1])
    before = source.data[start:end]
    yield Span(start, end, respell(before, ".".join(parts), text), "attribute")


def _searched(source: Source, node: ast.expr, dotted: str, text: str) -> Iterator[Span]:
    for found in whole_name(dotted).finditer(source.data, *extent(source, node)):
        yield Span(found.start(), found.end(), text.encode("utf-8", "surrogateescape"), "attribute")


def extent(source: Source, node: ast.expr | ast.stmt) -> tuple[int, int]:
    """The offsets at which a node starts and ends."""
    last = node.end_lineno or node.lineno
    return source.offset(node.lineno, node.col_offset), source.offset(last, node.end_col_offset or 0)


def _drop(data: bytes, found: Found) -> Span:
    """Take a supporting import away, with the line or the separator that it came with."""
    start, end = found.text.start, found.text.end
    place = place_of(data, start, end)
    if not place.alone:
        before = len(SAME_LINE) if data.endswith(SAME_LINE, 0, start) else 0
        return Span(start - before, end, b"", "support")
    line_start = start - len(place.indent)
    before = next((len(mark) for mark in (b"\r\n", b"\n", b"\r") if data.endswith(mark, 0, line_start)), 0)
    return Span(line_start - before, end, b"", "support")


def _support(target: str, frame: Frame) -> bytes:
    """The statement that imports `target`, which may end with an alias."""
    dotted, _, alias = target.partition(" as ")
    if alias and frame.detour and dotted == frame.new:
        gap = SUPPORT_GAP.decode("ascii")
        return f"from {frame.new_parent} import{gap}{frame.new_last} as {alias}".encode("utf-8", "surrogateescape")
    return b"import" + SUPPORT_GAP + target.encode("utf-8", "surrogateescape")


def _support_spans(source: Source, decisions: Decisions, frame: Frame) -> Iterator[Span]:
    wanted: dict[int, tuple[int, bytes, set[bytes]]] = {}
    for found, target in decisions.supports:
        text = _support(target, frame)
        start, end = _anchor(source, found, text)
        place = place_of(source.data, start, end)
        glue = place.newline + place.indent if place.alone else SAME_LINE
        at = end + len(place.after)
        wanted.setdefault(at, (at, glue, set()))[2].add(text)
    for at, glue, texts in wanted.values():
        yield Span(at, at, b"".join(glue + text for text in sorted(texts)), "support")


def _exported(source: Source, tree: ast.Module, frame: Frame) -> Span:
    """An import at the end of a package that keeps in it what its `__all__` names."""
    last = frame.old.rpartition(".")[2]
    text = _support(f"{frame.new} as {last}", frame)
    bodies = [extent(source, node) for node in tree.body]
    while len(bodies) > 1 and _SUPPORT.match(source.data, *bodies[-1]):
        if source.data[bodies[-1][0] : bodies[-1][1]] <= text:
            break
        bodies.pop()
    start, end = bodies[-1]
    place = place_of(source.data, start, end)
    after = len(place.after) if place.alone else 0
    return Span(end + after, end + after, newline_of(source.data) + text, "support")


def _anchor(source: Source, found: Found, text: bytes) -> tuple[int, int]:
    """The import after which a supporting one goes: the last of the run, supporting ones in order of their text."""
    anchor = extent(source, found.run[0])
    for node in found.run:
        start, end = extent(source, node)
        if not _SUPPORT.match(source.data, start, end) or source.data[start:end] <= text:
            anchor = (start, end)
    return anchor


def _with_text(
    source: Source, spans: list[Span], job: Job, protected: Iterable[ast.expr], known: Regions
) -> list[Span]:
    """Add the edits in strings and comments, leaving alone what is edited already."""
    data = source.data
    fixed = [extent(source, each) for each in protected]
    extra: list[Span] = []
    for span in [*job.texts.spans(data, inside=known.around), *job.paths.spans(data, job.path)]:
        around = known.around(span.start)
        if around is None or span.end > around[1] or any(first <= span.start < last for first, last in fixed):
            continue
        if is_field(data, around[0], span.start):
            continue
        extra.append(span)
    return sorted([*(_commented(span, job) for span in spans), *outside(spans, extra)])


def _commented(span: Span, job: Job) -> Span:
    """A statement rewritten as a whole takes its comments along: the names in them change as well."""
    if b"#" not in span.text:
        return span
    inner: list[Span] = []
    for start, end in regions(span.text).every():
        inner += job.texts.spans(span.text, start, end)
        inner += outside(inner, job.paths.spans(span.text, job.path, start, end))
    return span._replace(text=apply(span.text, inner)) if inner else span
