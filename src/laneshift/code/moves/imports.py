"""The import statements of one file, rewritten: modules renamed, statements split, and split ones joined again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from laneshift.code.moves.clauses import Clause, join
from laneshift.code.moves.frame import Frame, relative
from laneshift.code.moves.froms import Rewritten, as_written, concerns, rewrite
from laneshift.code.moves.lines import Place, joined, may_be_joined, place_of
from laneshift.code.moves.spans import Span
from laneshift.code.moves.statements import Name, Statement
from laneshift.repo.plain_records import NamedTuple


class _Part(NamedTuple):
    """One clause on its way through: where its statement stands, and whether a name in it moved. Its clause is never
    marked; `apart` says whether it is to be, and is None where the statement keeps the mark that it has."""

    statement: Statement
    place: Place
    clause: Clause
    parted: bool
    form: str = ""
    first: Statement | None = None
    apart: bool | None = None

    @property
    def start(self) -> int:
        """Where the text begins that this clause replaces."""
        return (self.first or self.statement).start


def import_spans(
    data: bytes,
    statements: Sequence[Statement],
    frame: Frame,
    *,
    single_line: bool = False,
    spelled: Mapping[int, bytes] | None = None,
) -> list[Span]:
    """The edits that `frame` asks of `statements`, which come in the order of the text.

    `spelled` gives the text of a name in `import`, by its offset, where the uses of the name decide it.
    """
    spans: list[Span] = []
    clusters: list[list[list[_Part]]] = []
    previous: Statement | None = None
    links = map(partial(may_be_joined, data), statements, statements[1:])
    after = False
    for statement in statements:
        before, after = after, next(links, False)
        if statement.is_from and not (before or after):
            # Most statements are like this one: they stand for themselves, and stay or have another module.
            if not concerns(statement, frame):
                previous = None
                continue
            if _is_plain(statement, frame):
                module = frame.rename(statement.module).encode("utf-8", "surrogateescape")
                spans.append(Span(statement.start + len(b"from"), statement.module_end, b" " + module, "from-import"))
                previous = None
                continue
        parts = _parts(data, statement, frame, single_line=single_line)
        if parts is None:
            spans += _plain_spans(data, statement, frame, spelled or {})
            previous = None
            continue
        linked = previous is not None and joined(data, clusters[-1][-1][-1].place, previous.end, statement.start)
        if linked:
            clusters[-1].append(parts)
        else:
            clusters.append([parts])
        previous = statement
    for cluster in clusters:
        spans += _cluster_spans(data, cluster)
    return spans


def _is_plain(statement: Statement, frame: Frame) -> bool:
    """Whether all names come from the moved module or below it, absolutely and as anybody writes it."""
    absolute = not statement.level and statement.keyword_gap == b" "
    return absolute and not frame.importer_moves and frame.renames(statement.module)


def _parts(data: bytes, statement: Statement, frame: Frame, *, single_line: bool) -> list[_Part] | None:
    place = place_of(data, statement.start, statement.end, single_line=single_line)
    if not statement.is_from:
        returned = _returned(statement, frame)
        return None if returned is None else [_Part(statement, place, returned, True, "import")]
    found: Rewritten | None = rewrite(data, statement, frame, place.indent)
    if found is None:
        return [_Part(statement, place, as_written(data, statement).set_apart(False), False)]
    return [
        _Part(statement, place, clause.set_apart(False), parted, found.form)
        for clause, parted in zip(found.clauses, found.parted, strict=True)
    ]


def _returned(statement: Statement, frame: Frame) -> Clause | None:
    """`import  name`, which a move to the top level made of a `from`, becomes one again."""
    was_from = statement.keyword_gap in (b"  ", b"   ") and len(statement.names) == 1
    name = statement.names[0]
    if not was_from or "." in name.text or name.text != frame.old:
        return None
    bound = name.alias or name.text
    last = frame.new_last if bound == frame.new_last else f"{frame.new_last} as {bound}"
    if not frame.new_parent:
        alias = "" if bound == frame.new else f" as {bound}"
        return Clause(
            b"", b"", b"", b"", plain_import=f"import{statement.keyword_gap.decode()}{frame.new}{alias}".encode()
        )
    near = relative(frame.package_after, frame.new_parent) if statement.keyword_gap == b"   " else None
    gap = b"  " if near is None and statement.keyword_gap == b"   " else b" "
    return Clause(gap, (near or frame.new_parent).encode(), b" import ", last.encode())


def _plain_spans(data: bytes, statement: Statement, frame: Frame, spelled: Mapping[int, bytes]) -> list[Span]:
    spans = []
    for name in statement.names:
        was = data[name.start : name.end]
        now = spelled.get(name.start) or renamed_name(data, name, frame)
        if now != was:
            spans.append(Span(name.start, name.end, now, "import"))
    return spans


def renamed_name(data: bytes, name: Name, frame: Frame) -> bytes:
    """A name in `import` after the move, still binding what it bound.

    A module without a package binds its own name, one in a package binds the package: between the two an alias comes
    or goes, and `import c as c` stands for a dotted import whose uses were dotted.
    """
    if not frame.renames(name.text):
        return data[name.start : name.end]
    new, single = frame.rename(name.text), "." not in name.text
    text = respell(data[name.start : name.text_end], name.text, new)
    rest = data[name.text_end : name.end]
    if single and name.alias is None:
        return text + f" as {name.text}".encode("utf-8", "surrogateescape")
    if single and name.alias == name.text:
        return text if "." in new else text + f" as {new}".encode("utf-8", "surrogateescape")
    if "." not in new and name.alias in (None, new):
        return text if name.alias else text + b" as " + text
    return text + rest


def respell(before: bytes, old: str, new: str) -> bytes:
    """`before`, which spells `old` with blanks or line ends around the dots, spelling `new`."""
    old_parts, new_parts = old.split("."), new.split(".")
    if before == old.encode("utf-8", "surrogateescape"):
        return new.encode("utf-8", "surrogateescape")
    extra = len(new_parts) - len(old_parts)
    if extra >= 0:
        new_parts = [".".join(new_parts[: extra + 1]), *new_parts[extra + 1 :]]
    else:
        old_parts = [".".join(old_parts[: 1 - extra]), *old_parts[1 - extra :]]
        if not before.startswith(old_parts[0].encode()):
            return new.encode("utf-8", "surrogateescape")
    pieces: list[bytes] = []
    at = 0
    for was, now in zip(old_parts, new_parts, strict=True):
        found = before.find(was.encode("utf-8", "surrogateescape"), at)
        if found < 0:
            return new.encode("utf-8", "surrogateescape")
        pieces += (before[at:found], now.encode("utf-8", "surrogateescape"))
        at = found + len(was.encode("utf-8", "surrogateescape"))
    return b"".join([*pieces, before[at:]])


def _cluster_spans(data: bytes, cluster: list[list[_Part]]) -> list[Span]:
    """The edits of statements that stand as clauses of one: joined where they became equal."""
    groups: list[list[_Part]] = []
    for index, parts in enumerate(cluster):
        apart = _apart(data, cluster[index - 1][0].statement, groups[-1], parts) if index else None
        if apart is not None:
            groups[-1][-1] = groups[-1][-1]._replace(apart=apart)
        elif groups and (merged := _merge(groups[-1], parts)) is not None:
            groups[-1] = merged
            continue
        groups.append(parts)
    spans: list[Span] = []
    for group in groups:
        marked = _marked(data, group)
        if all(part.form == "" for part in marked):
            continue
        if len(marked) == 1 and marked[0].first is None:
            spans += _narrow(data, marked[0])
        else:
            forms = {part.form for part in marked if part.form}
            spans.append(Span(marked[0].start, marked[-1].statement.end, _text(marked), min(forms)))
    return spans


def _apart(data: bytes, first: Statement, left: list[_Part], right: list[_Part]) -> bool | None:
    """Whether the first of two statements needs the mark; None where it is not known that they never were one."""
    second = right[0].statement
    if not any(part.form for part in [*left, *right]) or not (first.is_from and second.is_from):
        return None
    before, after = as_written(data, first), as_written(data, second)
    indent = right[0].place.indent
    if before.apart or join(before, after.set_apart(False), indent) is not None:
        return join(left[-1].clause, right[0].clause, indent) is None
    return None


def _marked(data: bytes, group: list[_Part]) -> list[_Part]:
    """The parts of a group with the mark on the last clause, where it is to have one."""
    last = group[-1]
    if not last.statement.is_from:
        return group
    had = as_written(data, last.statement).apart
    apart = had if last.apart is None else last.apart
    form = last.form or ("from-import" if apart != had else "")
    return [*group[:-1], last._replace(clause=last.clause.set_apart(apart), form=form)]


def _merge(left: list[_Part], right: list[_Part]) -> list[_Part] | None:
    before, after = left[-1], right[0]
    if not (before.parted or after.parted):
        return None
    if before.place.alone and before.place.after != after.place.pragma:
        return None
    clause = join(before.clause, after.clause, after.place.indent)
    if clause is None:
        return None
    form = before.form or after.form
    whole = after._replace(clause=clause, parted=True, form=form, first=before.first or before.statement)
    return [*left[:-1], whole, *right[1:]]


def _narrow(data: bytes, part: _Part) -> list[Span]:
    """The smallest edits for a statement that stays one statement."""
    statement, clause = part.statement, part.clause
    was = as_written(data, statement) if statement.is_from else None
    if was is None or clause.plain_import:
        return [Span(statement.start, statement.end, clause.text, part.form)]
    spans = []
    head = len(b"from")
    if (was.gap, was.module) != (clause.gap, clause.module):
        spans.append(Span(statement.start + head, statement.module_end, clause.gap + clause.module, part.form))
    if was.middle != clause.middle:
        spans.append(Span(statement.module_end, statement.module_end + len(was.middle), clause.middle, part.form))
    if was.body != clause.body:
        spans.append(Span(statement.names[0].start, statement.names[-1].end, clause.body, part.form))
    return spans


def _text(group: list[_Part]) -> bytes:
    place = group[-1].place
    pieces: list[bytes] = []
    for index, part in enumerate(group):
        if index:
            pieces += (place.pragma, place.glue)
        pieces.append(part.clause.text)
    return b"".join(pieces)
