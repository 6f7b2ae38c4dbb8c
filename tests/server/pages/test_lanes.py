"""The page of lanes where rules are broken, and the page of agents while somebody works."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.monorepo import BATCH
from tests.repo.builders import commit_files
from tests.server.pages.test_rendered import Tags
from tests.server.serving import Served, served
from tests.toy import QUICK, planned, shop_at, toy

KNOWN = "direct\tcore\tlabs\tcore/app.py\tlabs/shapes.py\n"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Core may not import labs, and does: once that is known, and once more."""
    strict = QUICK.replace('may_import = ["core", "labs"]', 'may_import = ["core"]')
    found = toy(
        tmp_path_factory.mktemp("lanes") / "repo", {"laneshift.toml": strict, ".laneshift/lanes-baseline.txt": KNOWN}
    )
    commit_files(found, {"labs/more.py": "from core import loader\n"})
    return found


@pytest.fixture(scope="module")
def server(path: Path) -> Iterator[Served]:
    with served(path) as found:
        yield found


def test_what_is_broken_is_drawn_and_listed(server: Served) -> None:
    with server.client() as client:
        answer = client.get("/lanes")
    found = Tags(answer.text)
    assert answer.status_code == 200, answer.text
    arrows = [attributes.get("class") for tag, attributes in found.tags if tag == "path" and "marker-end" in attributes]
    assert arrows == ["bad"]
    assert "1 new and 1 known violation," in found.text
    assert "core/app.py:1 -> labs/report.py" in found.text
    assert "core/app.py:2 -> labs/shapes.py" in found.text
    assert "From 1 to 1 known violations in 1 versions of the list." in found.text


def test_who_works_on_what_is_told(server: Served, path: Path) -> None:
    plan = planned(path, BATCH, "core.tsv")
    facts = {"item": "labs.shapes", "plan": plan.id, "turn": 0, "worker": 1}
    shop_at(path).journal.append(f"{plan.id}/run-1/claim/labs.shapes", "item.claimed", facts, actor="robot@example.org")
    with server.client() as client:
        told = client.get("/agents")
    row = Tags(told.text).text
    assert (told.status_code, "robot@example.org" in row) == (200, True)
    assert f"/runs/{plan.id}/items/labs.shapes" in told.text


def test_what_a_train_breaks_is_told_with_its_trials(tmp_path: Path) -> None:
    path = toy(tmp_path / "repo")
    plan, landing = planned(path, BATCH, "trains.tsv"), "land-1"
    journal, evil = shop_at(path).journal, "lanes: lane core may not import lane labs: core/<b>.py:1 -> labs/x.py"
    started = {"plan": plan.id, "items": ["labs.shapes"], "check": False}
    journal.append(f"{plan.id}/{landing}/started", "land.started", started)
    looked = {"plan": plan.id, "base": "1" * 40, "tip": "2" * 40, "tree": "3" * 40}
    journal.append(f"{plan.id}/{landing}/0/looked/2", "land.looked", {**looked, "blamed": [evil]})
    journal.append(f"{plan.id}/{landing}/0/looked/4", "land.looked", {**looked, "blamed": []})
    with served(path) as server, server.client() as client:
        answer = client.get(f"/runs/{plan.id}/trains")
    found = Tags(answer.text).text
    assert answer.status_code == 200, answer.text
    assert evil in found
    assert found.count("lanes and imports of") == 2
    assert "<b>" not in answer.text
