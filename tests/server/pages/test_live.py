"""How pages take up news: what differs is changed in place, however much it is, and nothing else is touched."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.server.pages.chromium import PATIENCE, Looked, chromium, looking
from tests.server.serving import Served, served
from tests.toy import planned, shop_at, toy

ITEMS = 250
"""More than are changed at a time."""
CASES = 60
MORPH = """([before, after, focus]) => {
  const live = document.getElementById('live');
  live.innerHTML = before;
  const kept = focus && document.getElementById(focus);
  if (kept) { kept.focus(); kept.mine = true; }
  htmx.swap(live, `<div id="live">${after}</div>`, {swapStyle: 'morph'}, {select: '#live', contextElement: live});
  const wanted = document.createElement('div');
  wanted.innerHTML = after;
  return [live.innerHTML === wanted.innerHTML, live.innerHTML,
    document.activeElement.id, kept ? document.activeElement.mine === true : null];
}"""
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = toy(tmp_path_factory.mktemp("live") / "repo")
    lines = [f"labs.m{number:04}\tlabs/m{number:04}.py\tcore/m{number:04}.py" for number in range(ITEMS)]
    planned(found, "\n".join([*lines, "labs.plugin\tlabs/plugin.py\tcore/plugin.py\n"]), "many.tsv", skip_refused=True)
    return found


@pytest.fixture(scope="module")
def site(path: Path) -> Iterator[Served]:
    with served(path) as found:
        yield found


@pytest.fixture(scope="module")
def looked(site: Served) -> Iterator[Looked]:
    with chromium() as browser, looking(browser, site.url) as found:
        yield found
        assert (found.complaints, found.failed) == ([], [])


def test_all_rows_change_and_every_one_is_told(looked: Looked, site: Served, path: Path) -> None:
    plan = site.parts.plans.load("many")
    page = looked.page
    looked.go(f"/runs/{plan.id}?rows=1000")
    expect(page.locator("#live-state")).to_have_text("Live.")
    expect(page.locator("tbody .is-refused")).to_have_count(ITEMS)
    page.evaluate("document.querySelector('tbody tr').mine = true")
    page.get_by_role("link", name="labs.m0003").focus()
    journal = shop_at(path).journal
    for state in ("quarantined", "ready-to-land"):
        for item in plan.items:
            facts = {"plan": plan.id, "item": item.id, "state": state, "cause": "", "commit": plan.base}
            journal.append(f"{plan.id}/run-{state}/settle/{item.id}", "item.settled", facts)
    expect(page.locator("tbody .is-ready-to-land")).to_have_count(len(plan.items))
    assert page.evaluate("document.querySelector('tbody tr').mine") is True
    assert page.evaluate("document.activeElement.textContent") == "labs.m0003"
    assert page.locator("tr[data-same]").count() == 0


def test_whatever_differs_is_changed_and_the_focus_stays(looked: Looked, site: Served) -> None:
    looked.go("/")
    chance = random.Random(20261122)
    for _ in range(CASES):
        before, after = sorted(_some(chance)), sorted(_some(chance))
        both = [each for each in before if each in after]
        focus = f"row-{chance.choice(both)}" if both else ""
        texts = [_page(chance, before), _page(chance, after)]
        same, got, active, mine = looked.page.evaluate(MORPH, [*texts, focus])
        assert same, (texts, got)
        assert (active, mine) == ((focus, True) if focus else (active, None)), texts


def _some(chance: random.Random) -> list[int]:
    return chance.sample(range(8), chance.randint(0, 6))


def _page(chance: random.Random, rows: list[int]) -> str:
    """A part of a page: a note that comes and goes, rows that are known by name, a list without names."""
    note = f'<p class="note">{chance.random()}</p>\n' if chance.random() < 0.5 else ""
    cells = (f'<td class="is-{chance.choice("abc")}">{chance.choice("abc")}</td>' for _ in rows)
    body = "\n".join(
        f'<tr>\n<th><a id="row-{row}" href="/{row}">{row}</a></th>{cell}</tr>'
        for row, cell in zip(rows, cells, strict=True)
    )
    items = "".join(f"<li>{chance.choice('xyz')}</li>" for _ in range(chance.randint(0, 3)))
    return f'{note}<ul id="list">{items}</ul>\n<table><tbody>\n{body}\n</tbody></table>\n{chance.random()}'
