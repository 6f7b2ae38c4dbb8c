from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.evidence.canonical import canonical, plain
from laneshift.evidence.redaction import MASK, has_secret, redact, redact_text, says_nothing

from .values import json_values

HUNTER = "hunter2-Zq8"
GITHUB = "ghp_" + "a1B2" * 9
PEM = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nAAAA\n-----END OPENSSH PRIVATE KEY-----"

# Each secret stands in the text exactly as it must not be stored.
FORMS = [
    (f"export GITHUB={GITHUB} && true", GITHUB),
    ("github_pat_" + "A1b2" * 8, "A1b2A1b2"),
    ("id AKIAIOSFODNN7EXAMPLE.", "AKIAIOSFODNN7EXAMPLE"),
    ("glpat-" + "x" * 20, "x" * 20),
    ("hook xoxb-1234567890-abcdef", "1234567890"),
    ("sk-proj-" + "Ab3_" * 8, "Ab3_Ab3_"),
    ("AIza" + "Sy" * 18, "SySySySy"),
    ("npm_" + "z" * 36, "z" * 36),
    (PEM, "b3BlbnNzaC1rZXk"),
    ("cut: -----BEGIN RSA PRIVATE KEY-----\\nMIIEow", "MIIEow"),
    ("-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQOY\n-----END PGP PRIVATE KEY BLOCK-----", "lQOY"),
    ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl end", "c2lnbmF0dXJl"),
    (f"password={HUNTER}", HUNTER),
    (f"db_password = '{HUNTER} with spaces'", "with spaces"),
    (f"curl -H 'Authorization: Bearer {HUNTER}' host", HUNTER),
    (f"Authorization: Basic {HUNTER}", HUNTER),
    (f"authorization: {HUNTER}", HUNTER),
    (f"GET /?token={HUNTER}&page=2", HUNTER),
    (f'{{"api_key": "{HUNTER}"}}', HUNTER),
    (f'{{\\"client_secret\\": \\"{HUNTER}\\"}}', HUNTER),
    (f"tool --password {HUNTER} -v", HUNTER),
    (f"tool --github-token={HUNTER}", HUNTER),
    (f"https://user:{HUNTER}@example.org/x.git", HUNTER),
    (f"https://{HUNTER}@example.org/x.git", HUNTER),
    (f"postgresql://laneshift:p@{HUNTER}@db/main", HUNTER),
    ("Bearer abcdefgh12345678==", "abcdefgh12345678"),
    (f"Set-Cookie: {HUNTER}", HUNTER),
]


@pytest.mark.parametrize(("text", "secret"), FORMS)
def test_a_secret_is_taken_out_of_text_and_known_as_one(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in redact_text(text)
    assert MASK in redact_text(text)
    assert has_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "sha256:" + "5f" * 32,
        "move labs.secrets.vault to core.secrets.vault",
        "labs/tokens/token_store.py",
        "42 passed, 1 failed in 3.2s",
        "ssh://git@example.org/repo.git",
        "git@example.org:team/repo.git",
        "https://example.org/a@b",
        "the basic functionality of task-force-management-and-operations",
        "tokenizer.encode(text)",
        "author: A Person <person@example.org>",
        "monkey = donkey",
        "token_count=512",
        "-----BEGIN PUBLIC KEY-----\nMCowBQ\n-----END PUBLIC KEY-----",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact_text(text) == text


def test_values_under_telling_names_are_masked_at_any_depth() -> None:
    found = redact(
        {
            "Authorization": HUNTER,
            "nested": [
                {"github_token": HUNTER},
                {"DB_PASSWORD": 1234, "client-secret": {"current": HUNTER, "old": [HUNTER]}},
            ],
            "apiKey": HUNTER,
        }
    )
    assert HUNTER not in str(found)
    assert "1234" not in str(found)
    assert found["nested"][1]["client-secret"] == {"current": MASK, "old": [MASK]}


def test_counters_and_empty_values_under_telling_names_stay() -> None:
    facts = {"fencing_token": 7, "tokens": 512, "password": "", "secret": None, "token_count": 3, "token": True}
    assert redact(facts) == facts


def test_the_argument_after_a_telling_flag_is_masked() -> None:
    argv = ["tool", "--password", HUNTER, "--token", "-v", "file.py", f"--api-key={HUNTER}"]
    assert redact(argv) == ["tool", "--password", MASK, "--token", "-v", "file.py", f"--api-key={MASK}"]


def test_a_secret_as_a_name_is_refused_without_being_told() -> None:
    with pytest.raises(Refused) as caught:
        redact({"a": {GITHUB: 1}})
    assert caught.value.code == "evidence.secret-in-name"
    assert GITHUB not in str(caught.value.as_dict())


@settings(derandomize=True, max_examples=300, deadline=None)
@given(json_values)
def test_harmless_values_stay_and_twice_is_once(value: object) -> None:
    assert redact(redact(value)) == redact(value)


TELLING = st.sampled_from(
    [
        "token",
        "db_pwd",
        "PASSWORD",
        "private key",
        "cookies",
        "pa\u017f\u017fword",
        "\u212aey",
        "bearer",
        "eyJ",
        "://u@",
    ]
)
ANY = st.recursive(
    st.one_of(TELLING, json_values), lambda inner: st.lists(inner) | st.dictionaries(TELLING | st.text(), inner)
)


@given(ANY)
def test_facts_that_say_nothing_would_stay_as_they_are(value: object) -> None:
    if says_nothing(canonical(value).decode()):
        assert redact(plain(value)) == plain(value)


@pytest.mark.parametrize(("text", "secret"), FORMS)
def test_facts_with_a_secret_say_something(text: str, secret: str) -> None:
    assert secret in text
    assert not says_nothing(canonical({"log": [text]}).decode())


def test_most_facts_say_nothing() -> None:
    facts = {"plan": "p", "item": "labs.a", "notes": "sha256:" + "ab" * 32, "cached": False, "seconds": [1, None]}
    assert says_nothing(canonical(facts).decode())


FRAGMENTS = st.lists(
    st.sampled_from(
        ["token", "=", ":", " ", '"', "'", "--", "password", "Bearer ", "://", "@", "a1", "\\", MASK, GITHUB, "\n"]
    ),
    max_size=14,
).map("".join)


@settings(derandomize=True, max_examples=1000, deadline=None)
@given(FRAGMENTS, FRAGMENTS)
def test_a_token_is_found_in_any_surroundings_and_twice_is_once(before: str, after: str) -> None:
    once = redact_text(before + GITHUB + after)
    assert GITHUB not in once
    assert redact_text(once) == once


QUOTES = "\"'\\"
PIECES = [f"-----BEGIN {'PRIVATE KEY-----' * whole}" for whole in (0, 1)] + [
    *("-", "-a", "token", "token=", "token=" + QUOTES[0], "password : ", "--token ", QUOTES[2], QUOTES, "a@"),
    *("://", "://a", "bearer ", "basic  ", "eyJ", "eyJaaaaaaaaa.", "ghp_", "token=" + QUOTES[2]),
]


@pytest.mark.parametrize("piece", PIECES)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    start = time.process_time()
    redact_text("token " + text)
    assert time.process_time() - start < 2.0
