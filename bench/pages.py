"""A batch of 1,000 items in a real browser, while all change and while somebody scrolls: `python -m bench pages`.

A frame is the time between two calls of `requestAnimationFrame`; a long task keeps the page from answering for 50 ms.
"""

from __future__ import annotations

import shutil
import statistics
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import Page

from bench.section import Section, at_least, at_most
from bench.server.processes import Running, server
from bench.server.repository import SETTINGS
from corpus.project import run
from laneshift.repo.objects import Repository
from laneshift.runs.events import silent
from laneshift.runs.plan import Plan
from laneshift.runs.planning import Order, make_plan
from laneshift.wiring import workshop
from tests.server.pages.chromium import chromium, looking

ITEMS = 1000
_ANSWERS = 30
_WATCHED = """
window.frames_seen = []; window.long_tasks = [];
new PerformanceObserver((list) => { for (const each of list.getEntries()) window.long_tasks.push(each.duration); })
  .observe({type: 'longtask'});
(() => { let last = 0; const next = (now) => { if (last) window.frames_seen.push(now - last); last = now;
  requestAnimationFrame(next); }; requestAnimationFrame(next); })();
"""
_SCROLLED = """() => new Promise((done) => { const far = document.documentElement.scrollHeight - innerHeight;
  let at = 0; const next = () => { at += 1; scrollTo(0, far * Math.abs(Math.sin(at / 60)));
  at < 180 ? requestAnimationFrame(next) : done(); }; requestAnimationFrame(next); })"""
_TAKEN = "() => [window.frames_seen.splice(0), window.long_tasks.splice(0)]"


@dataclass(frozen=True, slots=True)
class Smooth:
    """What one stretch was like: frames and long tasks, in milliseconds."""

    name: str
    frames: Sequence[float]
    tasks: Sequence[float]

    def cells(self) -> list[str]:
        """A row of the table."""
        ordered = sorted(self.frames)
        shown = [statistics.median(ordered), ordered[int(0.95 * (len(ordered) - 1))], ordered[-1]]
        longest = f"{max(self.tasks):.0f} ms" if self.tasks else ""
        return [self.name, str(len(ordered)), *(f"{each:.1f} ms" for each in shown), str(len(self.tasks)), longest]


@dataclass(frozen=True, slots=True)
class Watched:
    """All that was seen. `shown` items were told as the journal has them, `seconds` after the first of them changed."""

    stretches: Sequence[Smooth]
    shown: int
    seconds: float


def pages(cache: Path, _: int) -> Section:
    """How fast the page of a whole batch answers, and whether it stays smooth."""
    folder = _repository(cache / "bench" / "pages")
    plan = _planned(folder)
    with server(folder, "full", {}) as running:
        first, hundred = _answers(running, plan, 100)
        thousand = _answers(running, plan, ITEMS)[1]
        seen = _watched(running, folder, plan)
    claims = [
        at_most(f"answer with {ITEMS:,} rows, p95 of {_ANSWERS}", _p95(thousand), 200.0, "ms"),
        at_most(f"answer with 100 of {ITEMS:,} rows, p95 of {_ANSWERS}", _p95(hundred), 200.0, "ms"),
        at_least("items shown as they are once all have changed", float(seen.shown), ITEMS, "items"),
    ]
    return Section("pages", "Pages", [], claims, _notes(first, hundred, thousand, seen), table=_table(seen))


def _table(seen: Watched) -> list[list[str]]:
    head = ["", "frames", "median", "p95", "longest", "long tasks", "longest of them"]
    return [head, *(each.cells() for each in seen.stretches)]


def _notes(first: float, hundred: Sequence[float], thousand: Sequence[float], seen: Watched) -> list[str]:
    answers = (
        f"Answers at the median: {statistics.median(hundred):.0f} ms with 100 rows, {statistics.median(thousand):.0f} "
        f"ms with {ITEMS:,}; the very first one of a new server {first:.0f} ms."
    )
    frames = (
        f"All {ITEMS:,} rows are on one page of 1100 by 900 pixels. Each item is claimed and settled, two records, as "
        f"fast as the journal takes them; the page showed the last of it {seen.seconds:.1f} s after the first. Then "
        "somebody scrolls up and down through all rows while nothing changes, and again while all items change."
    )
    return [answers, frames]


def _repository(folder: Path) -> Path:
    """One commit of modules that nobody imports."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "labs").mkdir(parents=True)
    (folder / "core").mkdir()
    lanes = '\n[ceilings]\nper_run = 2000\n\n[lanes.labs]\npaths = ["labs/**"]\n\n[lanes.core]\npaths = ["core/**"]\n'
    (folder / "laneshift.toml").write_text(SETTINGS + lanes, encoding="utf-8")
    (folder / "core" / "__init__.py").touch()
    (folder / "labs" / "__init__.py").touch()
    for number in range(ITEMS):
        (folder / "labs" / f"m{number:04}.py").write_text(f"VALUE = {number}\n", encoding="utf-8")
    run(folder, "init", "--quiet", "--initial-branch=main")
    run(folder, "config", "user.name", "Bench")
    run(folder, "config", "user.email", "bench@example.org")
    run(folder, "add", "--all")
    run(folder, "commit", "--quiet", "--no-verify", "--message", "modules")
    return folder


def _planned(folder: Path) -> Plan:
    lines = [f"labs.m{number:04}\tlabs/m{number:04}.py\tcore/m{number:04}.py" for number in range(ITEMS)]
    return make_plan(workshop(Repository.open(folder), silent), Order("big.tsv", "\n".join(lines).encode())).plan


def _answers(running: Running, plan: Plan, rows: int) -> tuple[float, list[float]]:
    """Milliseconds of the first answer and of those after it."""
    address = f"http://127.0.0.1:{running.port}/runs/{plan.id}?rows={rows}"
    found = []
    with httpx.Client(headers={"Authorization": f"Bearer {running.key}"}, timeout=60.0) as client:
        for _ in range(_ANSWERS + 1):
            began = time.perf_counter()
            client.get(address).raise_for_status()
            found.append(1000 * (time.perf_counter() - began))
    return found[0], found[1:]


def _p95(found: Sequence[float]) -> float:
    return sorted(found)[int(0.95 * (len(found) - 1))]


def _watched(running: Running, folder: Path, plan: Plan) -> Watched:
    base, headers = f"http://127.0.0.1:{running.port}", {"Authorization": f"Bearer {running.key}"}
    window = {"viewport": {"width": 1100, "height": 900}, "extra_http_headers": headers}
    with chromium() as browser, looking(browser, base, **window) as looked:
        page = looked.page
        page.add_init_script(_WATCHED)
        looked.go(f"/runs/{plan.id}?rows={ITEMS}")
        page.get_by_text("Live.").wait_for()
        page.evaluate(_TAKEN)
        began = time.perf_counter()
        _changed(folder, plan, "first")
        _settled(page)
        seconds = time.perf_counter() - began
        changing = _taken(page, "all items change")
        page.evaluate(_SCROLLED)
        scrolling = _taken(page, "scrolling")
        writer = threading.Thread(target=_changed, args=(folder, plan, "again"))
        writer.start()
        while writer.is_alive():
            page.evaluate(_SCROLLED)
        both = _taken(page, "scrolling while all items change")
        writer.join()
        return Watched((changing, scrolling, both), page.locator("tbody .is-ready-to-land").count(), seconds)


def _settled(page: Page) -> None:
    page.get_by_text(f"{ITEMS} ready").wait_for()


def _taken(page: Page, name: str) -> Smooth:
    frames, tasks = page.evaluate(_TAKEN)
    return Smooth(name, frames, tasks)


def _changed(folder: Path, plan: Plan, mark: str) -> None:
    """Every item is claimed and settled, as a run does it."""
    journal = workshop(Repository.open(folder), silent).journal
    for item in plan.items:
        facts: Mapping[str, object] = {"plan": plan.id, "item": item.id, "turn": 0, "worker": 1}
        journal.append(f"{plan.id}/run-{mark}/claim/{item.id}", "item.claimed", facts)
        done = {"plan": plan.id, "item": item.id, "state": "ready-to-land", "commit": plan.base}
        journal.append(f"{plan.id}/run-{mark}/settle/{item.id}", "item.settled", done)
    journal.close()
