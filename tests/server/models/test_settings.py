"""Settings of models, and the start of a server that has upstreams."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.config import load
from laneshift.errors import Refused
from laneshift.matriz.answering import Answer
from laneshift.server.answerers.chosen import models_for
from tests.toy import shop_at, toy

UPSTREAM = 'base_url = "http://127.0.0.1:9/v1"'


class Nobody:
    """Knows nothing."""

    async def answer(self, messages: object, *, tools_allowed: bool = True, traceparent: str = "") -> Answer:
        return Answer("", (), 0.0, knows=False, partial=False, trace="")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy(tmp_path_factory.mktemp("settings") / "repo")


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ('base_url = "ftp://example.org"', "no base address"),
        ('base_url = "https://ada:secret@example.org/v1"', "no base address"),
        ('base_url = "https://example.org/v1?key=secret"', "no base address"),
        (f'{UPSTREAM}\nkey = "AWS_SECRET_ACCESS_KEY"', "names no key of a model"),
        (f'{UPSTREAM}\nkey = "LANESHIFT_MODEL_KEYS_ALL"', "names no key of a model"),
        (f'{UPSTREAM}\nkey = "sk-0123456789"', "names no key of a model"),
        ('key = "LANESHIFT_MODEL_KEY"', "base_url"),
        (f"{UPSTREAM}\nretries = 11", "less than or equal to 10"),
        (f'{UPSTREAM}\napi_key = "sk-0123456789"', "Extra inputs"),
    ],
)
def test_settings_that_cannot_be_are_refused(told: str, what: str) -> None:
    text = f"[models.some]\n{told}\n".encode()
    with pytest.raises(Refused) as refused:
        load(lambda path: text if path == "laneshift.toml" else None)
    assert what in str([fault.what for fault in refused.value.faults])


def test_a_name_that_is_taken_and_a_key_that_is_not_set_stop_the_start(repository: Path) -> None:
    def starting(name: str, more: str = "", **environment: str) -> object:
        text = f"[models.{name}]\n{UPSTREAM}\n{more}\n".encode()
        settings = load(lambda path: text if path == "laneshift.toml" else None)
        return models_for(shop_at(repository), settings, Nobody(), environment)

    with pytest.raises(Refused) as taken:
        starting("matriz")
    assert taken.value.code == "model.taken"
    key = 'key = "LANESHIFT_MODEL_KEY_ACME"'
    with pytest.raises(Refused) as unset:
        starting("some", key)
    assert (unset.value.code, "LANESHIFT_MODEL_KEY_ACME" in unset.value.what) == ("model.no-key", True)
    secret = "sk-0123456789"
    assert secret not in repr(starting("some", key, LANESHIFT_MODEL_KEY_ACME=secret))
