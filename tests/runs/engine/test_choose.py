"""The engine that the environment names, and what is refused without being repeated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.errors import LaneshiftError, Refused
from laneshift.runs.engine.choose import Choice, choose

SECRET = "s3cr3t"
GOOD = f"postgresql://me:{SECRET}@db.example:5432/runs"


@pytest.mark.parametrize(
    ("environment", "choice"),
    [
        ({}, Choice("sqlite")),
        ({"LANESHIFT_ENGINE": "sqlite", "LANESHIFT_DATABASE_URL": GOOD}, Choice("sqlite")),
        ({"LANESHIFT_DATABASE_URL": GOOD}, Choice("postgres", database=GOOD)),
        ({"LANESHIFT_ENGINE": "postgres", "LANESHIFT_DATABASE_URL": GOOD}, Choice("postgres", database=GOOD)),
        (
            {"LANESHIFT_DATABASE_URL": "postgres:///runs?host=/run/pg"},
            Choice("postgres", database="postgres:///runs?host=/run/pg"),
        ),
        (
            {"LANESHIFT_ENGINE": "temporal://t.example:7233/lanes", "LANESHIFT_DATABASE_URL": GOOD},
            Choice("temporal", address="t.example:7233", namespace="lanes"),
        ),
        (
            {"LANESHIFT_ENGINE": "temporal+tls://[::1]:7233/lanes.a1", "LANESHIFT_TEMPORAL_API_KEY": SECRET},
            Choice("temporal", address="[::1]:7233", namespace="lanes.a1", tls=True, key=SECRET),
        ),
        ({"LANESHIFT_LEASE_SECONDS": "2.5"}, Choice("sqlite", lease=2.5)),
        ({"LANESHIFT_RECORDS": "files"}, Choice("sqlite")),
        (
            {"LANESHIFT_RECORDS": "database", "LANESHIFT_DATABASE_URL": GOOD},
            Choice("postgres", database=GOOD, records=GOOD),
        ),
        (
            {
                "LANESHIFT_RECORDS": "database",
                "LANESHIFT_DATABASE_URL": GOOD,
                "LANESHIFT_ENGINE": "temporal://t.example:7233/lanes",
            },
            Choice("temporal", address="t.example:7233", namespace="lanes", records=GOOD),
        ),
    ],
)
def test_the_environment_names_the_engine(environment: dict[str, str], choice: Choice) -> None:
    assert choose(environment) == choice
    assert choice.shared is (choice.kind != "sqlite")


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({"LANESHIFT_ENGINE": "postgres"}, "engine.bad-url"),
        ({"LANESHIFT_ENGINE": "celery"}, "engine.unknown"),
        ({"LANESHIFT_ENGINE": "http://h:1/n"}, "engine.unknown"),
        ({"LANESHIFT_ENGINE": "temporal://host/n"}, "engine.bad-url"),
        ({"LANESHIFT_ENGINE": "temporal://:7233/n"}, "engine.bad-url"),
        ({"LANESHIFT_ENGINE": "temporal://h:7233"}, "engine.bad-url"),
        ({"LANESHIFT_ENGINE": "temporal://h:7233/a/b"}, "engine.bad-url"),
        ({"LANESHIFT_ENGINE": "temporal://h:99999/n"}, "engine.bad-url"),
        ({"LANESHIFT_ENGINE": "temporal://h:0/n"}, "engine.bad-url"),
        ({"LANESHIFT_ENGINE": f"temporal://me:{SECRET}@h:7233/n"}, "engine.bad-url"),
        ({"LANESHIFT_ENGINE": "temporal://h:7233/n?x=1"}, "engine.bad-url"),
        ({"LANESHIFT_ENGINE": "temporal://h:7233/n", "LANESHIFT_TEMPORAL_API_KEY": SECRET}, "engine.key-in-clear"),
        ({"LANESHIFT_DATABASE_URL": f"mysql://me:{SECRET}@h/runs"}, "engine.bad-url"),
        ({"LANESHIFT_DATABASE_URL": f"postgresql://me:{SECRET}@h:5432"}, "engine.bad-url"),
        ({"LANESHIFT_DATABASE_URL": f"postgresql://me:{SECRET}@h:x/runs"}, "engine.bad-url"),
        ({"LANESHIFT_DATABASE_URL": f"postgresql://me:{SECRET}@[h/runs"}, "engine.bad-url"),
        ({"LANESHIFT_DATABASE_URL": f"{GOOD}\n"}, "engine.bad-url"),
        ({"LANESHIFT_DATABASE_URL": f"{GOOD}\0"}, "engine.bad-url"),
        ({"LANESHIFT_LEASE_SECONDS": "1"}, "engine.bad-lease"),
        ({"LANESHIFT_RECORDS": "database"}, "engine.bad-records"),
        ({"LANESHIFT_RECORDS": "cloud", "LANESHIFT_DATABASE_URL": GOOD}, "engine.bad-records"),
        (
            {"LANESHIFT_RECORDS": "database", "LANESHIFT_ENGINE": "sqlite", "LANESHIFT_DATABASE_URL": GOOD},
            "engine.bad-records",
        ),
        ({"LANESHIFT_RECORDS": "database", "LANESHIFT_ENGINE": "temporal://h:7233/n"}, "engine.bad-url"),
        ({"LANESHIFT_LEASE_SECONDS": "nan"}, "engine.bad-lease"),
        ({"LANESHIFT_LEASE_SECONDS": "soon"}, "engine.bad-lease"),
    ],
)
def test_what_cannot_be_used_is_refused_without_its_secret(environment: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as caught:
        choose(environment)
    assert (caught.value.code, caught.value.exit_code) == (code, 2)
    assert caught.value.cure
    assert SECRET not in str(caught.value.as_dict())


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=10))
def test_nothing_else_than_a_choice_or_a_refusal(engine: str, database: str, lease: str) -> None:
    environment = {"LANESHIFT_ENGINE": engine, "LANESHIFT_DATABASE_URL": database, "LANESHIFT_LEASE_SECONDS": lease}
    told: Choice | LaneshiftError
    try:
        told = choose(environment)
    except Refused as refused:
        told = refused
    kind = told.kind if isinstance(told, Choice) else told.code.split(".")[0]
    assert kind == "engine" or (kind == "sqlite" and engine in ("", "sqlite")) or engine or database


def test_secrets_are_not_shown() -> None:
    for environment in (
        {"LANESHIFT_DATABASE_URL": GOOD, "LANESHIFT_RECORDS": "database"},
        {"LANESHIFT_ENGINE": "temporal+tls://h:1/n", "LANESHIFT_TEMPORAL_API_KEY": SECRET},
    ):
        assert SECRET not in repr(choose(environment))
