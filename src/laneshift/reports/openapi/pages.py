"""A comparison for people: Markdown, the text of a comment, and an HTML page. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from laneshift.reports import page
from laneshift.reports.charts import bars
from laneshift.reports.markdown import code, plain
from laneshift.reports.openapi.comparing import Compared
from laneshift.reports.openapi.model import Finding, Kind, Verdict
from laneshift.reports.openapi.versions import Step
from laneshift.reports.svg import Series

MARKER = "<!-- laneshift:openapi -->"
"""The first line of the comment, by which the next run finds it."""
_TITLE = "Changes of the interface"
_MARKS = {Kind.ADDED: "\N{HEAVY PLUS SIGN}", Kind.REMOVED: "\N{HEAVY MINUS SIGN}", Kind.CHANGED: "⚠️"}
_HEADS = {Verdict.BREAKING: "Breaking", Verdict.UNSURE: "Unsure", Verdict.SAFE: "Safe"}
_SHOWN = 300
_COMMENT = 40
"""Findings of each verdict in a comment: a forge takes 65,536 characters."""
_USERS = 3


def lead(found: Compared) -> str:
    """One line: what is compared, and what came out."""
    counts = ", ".join(f"{len(found.of(verdict))} {verdict}" for verdict in Verdict)
    return f"{_versions(found)}: {counts}. {_verdict(found)}"


def markdown(found: Compared, most: int = _SHOWN) -> str:
    """A page for a repository or for the summary of a job."""
    lines = [f"# {_TITLE}", "", plain(lead(found)), ""]
    lines += [f"- {plain(each)}" for each in found.remarks] + ([""] if found.remarks else [])
    for verdict, head in _HEADS.items():
        findings = found.of(verdict)
        if findings:
            lines += [f"## {head}", "", *(_line(each) for each in findings[:most]), *_more(len(findings), most), ""]
    if not found.findings:
        lines += ["Nothing changed that a client could see.", ""]
    return "\n".join(lines)


def comment(found: Compared) -> str:
    """The text of a comment on a change, under the line by which it is found again."""
    return f"{MARKER}\n{markdown(found, _COMMENT)}"


def in_place(text: str, found: Compared) -> str:
    """`text` with the comment in it, where an earlier one stood or else at its end; nothing else of it changes."""
    end = MARKER.replace(":openapi", ":openapi:end")
    block = f"{comment(found)}\n{end}\n"
    before, marked, rest = text.partition(f"{MARKER}\n")
    if not marked:
        return f"{text.rstrip()}\n\n{block}" if text.strip() else block
    _, ended, after = rest.partition(f"{end}\n")
    return f"{before}{block}{after if ended else ''}"


def html(found: Compared) -> str:
    """A page for a browser."""
    labels = [head.lower() for head in _HEADS.values()]
    series = [
        Series(kind.value, tuple(float(sum(each.kind is kind for each in found.of(verdict))) for verdict in _HEADS))
        for kind in Kind
    ]
    parts = [bars("Changes by verdict", lead(found), labels, series)]
    if found.remarks:
        parts.append(page.section("Remarks", page.table("Remarks", ("remark",), [(each,) for each in found.remarks])))
    for verdict, head in _HEADS.items():
        rows = [_row(each) for each in found.of(verdict)]
        if rows:
            parts.append(page.section(head, page.table(head, ("what", "where", "reaches"), rows)))
    return page.page(_TITLE, lead(found), parts)


def reach(found: Finding) -> str:
    """The operations that a finding in a shared part reaches, in few words."""
    if not found.used_by or found.used_by == (found.where.partition(" · ")[0],):
        return ""
    shown = ", ".join(found.used_by[:_USERS])
    more = len(found.used_by) - _USERS
    return f"{shown} and {more} more" if more > 0 else shown


def _line(found: Finding) -> str:
    users = f" ({plain(reach(found))})" if reach(found) else ""
    return f"- {_MARKS[found.kind]} {code(found.where)}: {plain(found.text)}{users}"


def _row(found: Finding) -> Sequence[str]:
    return f"{found.kind}: {found.text}", found.where, reach(found)


def _more(count: int, most: int) -> Iterator[str]:
    if count > most:
        yield f"- and {count - most} more, all in the report as JSON"


def _versions(found: Compared) -> str:
    return " to ".join(f"{each.name} ({each.version or 'no version'})" for each in (found.old, found.new))


def _verdict(found: Compared) -> str:
    if found.step is Step.BREAKING and found.of(Verdict.BREAKING):
        return "The version says that clients may break."
    if found.of(Verdict.BREAKING):
        return "The version does not say that clients may break."
    if found.of(Verdict.UNSURE):
        return "Nothing breaks for sure; what is unsure a person has to look at."
    return "No client breaks."
