"""The files of a report about stars: the constellation, a page for each star, charts, promotions and their batch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from laneshift.manifests.stars.canon import Star
from laneshift.repo.objects import Tree
from laneshift.reports.charts import percent
from laneshift.reports.csv_text import csv_text
from laneshift.reports.markdown import code, plain, table
from laneshift.reports.star_charts import distribution, shares, signals
from laneshift.reports.star_data import data, spoken
from laneshift.reports.star_report import Promotion, Report

BATCH = "promotions.json"
"""The batch of the promotions, which `laneshift plan` takes; there is none when there is nothing that may go out."""
_COLUMNS = ("path", "from", "to", "tier", "confidence", "signals")
_ROWS = 100
_NONE = "-"


def files(report: Report, folder: str) -> dict[str, bytes]:
    """Path to bytes of every file below `folder`, the same for the same report."""
    texts = {
        "CONSTELLATION.md": constellation(report),
        "promotions.csv": promotions_csv(report),
        "stars.json": json.dumps(data(report), indent=2, sort_keys=True) + "\n",
        "charts/distribution.svg": distribution(report),
        "charts/shares.svg": shares(report),
        "charts/signals.svg": signals(report),
    }
    for star in report.canon.stars:
        texts[f"stars/{star.id.lower()}.md"] = _page(report, star)
    if report.promotions and report.passes:
        texts[BATCH] = batch(report)
    return {f"{folder}/{name}": text.encode("utf-8", "replace") for name, text in sorted(texts.items())}


def without_own(tree: Tree, report: Report, folder: str) -> Report:
    """The same report, about the tree without the files that it writes below `folder`: what an earlier one wrote is no
    part of what this one is about, and it has to come out the same."""
    if not folder:
        return report
    own = [*files(report, folder), f"{folder}/{BATCH}"]
    return replace(report, tree=tree.edit(dict.fromkeys(own)).oid)


def batch(report: Report) -> str:
    """The promotions as a batch of manifest items."""
    items = [_item(each) for each in report.promotions]
    return json.dumps({"items": items}, indent=2, sort_keys=True) + "\n"


def promotions_csv(report: Report) -> str:
    """The promotions, one a row; a forced one tells its reason where the others tell their signals."""
    rows = (
        (
            each.subject.path,
            each.subject.star,
            each.star,
            each.subject.tier,
            each.confidence or "forced",
            f"forced: {each.forced}" if each.forced else "; ".join(map(spoken, each.signals)),
        )
        for each in report.promotions
    )
    return csv_text(_COLUMNS, rows)


def constellation(report: Report, *, pictures: bool = True) -> str:
    """All stars on one page; without `pictures` for places that show no files beside it."""
    before, after, all_ = report.before, report.after, len(report.subjects)
    rows = [
        (
            f"{plain(star.emoji)} [{plain(star.id)}](stars/{star.id.lower()}.md)" if pictures else plain(star.id),
            plain(star.domain),
            str(before[star.id]),
            str(after[star.id]),
            percent(after[star.id], all_),
        )
        for star in report.canon.stars
    ]
    counts = (
        f"{all_} module(s), {len(report.suggestions)} suggestion(s), {len(report.promotions)} promotion(s),"
        f" {len(report.held)} held. Canon: {code(report.loaded.canon_from)}, rules: {code(report.loaded.rules_from)}."
    )
    lines = [
        "# Constellation",
        "",
        counts,
        "",
        *table(("star", "domain", "before", "after", "share after"), rows, (2, 3, 4)),
        "",
        *(_pictures() if pictures else ()),
        *_problems(report),
        *_promoted(report),
        *_held(report),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _item(promotion: Promotion) -> dict[str, object]:
    """A manifest item moves nothing. Its source is a file, since a folder would stand for all modules below it too."""
    return {
        "kind": "manifest",
        "module": promotion.subject.module,
        "src": promotion.subject.handle,
        "star": promotion.star,
    }


def _pictures() -> Iterator[str]:
    yield "![How many modules each star has, before and after](charts/distribution.svg)"
    yield ""
    yield "![The shares of the stars, before and after](charts/shares.svg)"
    yield ""
    yield "![How often each kind of signal spoke](charts/signals.svg)"
    yield ""


def _problems(report: Report) -> Iterator[str]:
    for head, faults in (("Stopped by ceilings", report.ceilings), ("Not understood", report.unread)):
        if faults:
            yield f"## {head}"
            yield ""
            yield from (f"- {code(fault.where)}: {plain(fault.what)}" for fault in faults[:_ROWS])
            yield from _more(len(faults))
            yield ""


def _promoted(report: Report) -> Iterator[str]:
    if report.promotions:
        yield "## Promotions"
        yield ""
        rows = (_told(each) for each in report.promotions[:_ROWS])
        yield from table(("module", "from", "to", "confidence", "why"), rows)
        yield from _more(len(report.promotions))
        yield ""


def _told(each: Promotion) -> tuple[str, ...]:
    why = plain(f"forced: {each.forced}") if each.forced else "<br>".join(plain(spoken(one)) for one in each.signals)
    return code(each.subject.path), plain(each.subject.star), plain(each.star), each.confidence or "forced", why


def _held(report: Report) -> Iterator[str]:
    if report.held:
        yield "## Suggestions that are held"
        yield ""
        rows = (
            (code(each.suggestion.subject.path), plain(each.suggestion.star), plain(each.why))
            for each in report.held[:_ROWS]
        )
        yield from table(("module", "to", "why it is held"), rows)
        yield from _more(len(report.held))
        yield ""


def _more(count: int) -> Iterator[str]:
    if count > _ROWS:
        yield ""
        yield f"{count - _ROWS} more are in `stars.json`."


def _page(report: Report, star: Star) -> str:
    now = {each.subject.path: each for each in report.promotions}
    rows = [
        (code(subject.path), plain(subject.owner) or _NONE, plain(subject.tier) or _NONE, "before")
        for subject in report.subjects
        if subject.star == star.id and subject.path not in now
    ]
    rows += [
        (code(path), plain(each.subject.owner) or _NONE, plain(each.subject.tier) or _NONE, "promoted")
        for path, each in now.items()
        if each.star == star.id
    ]
    lines = [
        f"# {plain(star.emoji)} {plain(star.id)}",
        "",
        f"{plain(star.domain.capitalize())}. Also called: {plain(', '.join(star.aliases)) or 'nothing else'}.",
        f"{len(rows)} of {len(report.subjects)} module(s).",
        "",
        *(table(("module", "owner", "tier", "since"), sorted(rows)) if rows else ["No module has this star."]),
        "",
        *_evidence(report, star),
        "[All stars](../CONSTELLATION.md)",
    ]
    return "\n".join(lines) + "\n"


def _evidence(report: Report, star: Star) -> Iterator[str]:
    found = [each for each in report.suggestions if each.star == star.id]
    if found:
        yield "## What spoke for it"
        yield ""
        rows = ((code(each.subject.path), "<br>".join(plain(spoken(one)) for one in each.signals)) for each in found)
        yield from table(("module", "signals"), rows)
        yield ""
