"""ASGI applications are found without running anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.runs.proposing.applications import AppIdea, app_ideas
from tests.repo.builders import repo_at

FASTAPI = "from fastapi import FastAPI\n"


def apps(path: Path, files: dict[str, str], roots: tuple[str, ...] = ("", "src")) -> list[AppIdea]:
    tree = repo_at(path, files).tree("HEAD")
    return app_ideas(tree, [name for name in files if name.endswith(".py")], roots)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FASTAPI + "app = FastAPI(title='x')\n", ("web.main:app", False, "/openapi.json")),
        ("import fastapi as f\nservice: f.FastAPI = f.FastAPI()\n", ("web.main:service", False, "/openapi.json")),
        (FASTAPI + "app = FastAPI(openapi_url='/o.json')\n", ("web.main:app", False, "/o.json")),
        (FASTAPI + "app = FastAPI(openapi_url=None)\n", ("web.main:app", False, "")),
        ("from litestar import Litestar\napp = Litestar([])\n", ("web.main:app", False, "/schema/openapi.json")),
        ("from starlette.applications import Starlette as S\napp = S()  # Starlette()\n", ("web.main:app", False, "")),
        (
            "from django.core.asgi import get_asgi_application\napplication = get_asgi_application()\n",
            ("web.main:application", False, ""),
        ),
        (
            FASTAPI + "def create(debug=False):\n    app = FastAPI()\n    return app\n",
            ("web.main:create", True, "/openapi.json"),
        ),
        (FASTAPI + "def create(*, debug=False):\n    return FastAPI()\n", ("web.main:create", True, "/openapi.json")),
    ],
)
def test_each_form_is_found(tmp_path: Path, text: str, expected: tuple[str, bool, str]) -> None:
    [found] = apps(tmp_path, {"src/web/__init__.py": "", "src/web/main.py": text})
    assert (found.target, found.factory, found.openapi) == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("web/main.py", "class FastAPI: pass\napp = FastAPI()\n"),
        ("web/main.py", "from mine import FastAPI\napp = FastAPI()\n"),
        ("web/main.py", "# app = FastAPI()\n"),
        ("web/main.py", FASTAPI + "def create(settings):\n    return FastAPI()\n"),
        ("web/main.py", FASTAPI + "def create(*, settings):\n    return FastAPI()\n"),
        ("web/main.py", FASTAPI + "app = FastAPI(\n"),
        ("web/not-a-module.py", FASTAPI + "app = FastAPI()\n"),
        ("tests/app.py", FASTAPI + "app = FastAPI()\n"),
        ("docs/app.py", FASTAPI + "app = FastAPI()\n"),
    ],
)
def test_what_is_none_or_no_part_of_the_product_is_left_alone(tmp_path: Path, path: str, text: str) -> None:
    assert apps(tmp_path, {path: text}) == []


def test_the_likeliest_goes_first(tmp_path: Path) -> None:
    made = FASTAPI + "{} = FastAPI()\n"
    files = {
        "a/odd.py": made.format("thing"),
        "a/main.py": made.format("app"),
        "a/b/main.py": made.format("app"),
        "a/make.py": FASTAPI + "def app():\n    return FastAPI()\n",
    }
    assert [app.target for app in apps(tmp_path, files)] == ["a.main:app", "a.b.main:app", "a.odd:thing", "a.make:app"]
