"""Every answer to a challenge that fails: replayed, expired, of another site, session or key, or by nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from laneshift.server.auth.passkeys.tables import CHALLENGES
from tests.authenticator import PRESENT, Authenticator
from tests.server.passkeys_house import SIGN_IN, House, bytes_of, code, turned


@pytest.mark.parametrize("name", SIGN_IN)
def test_nobody_signs_in_with(name: str, house: House) -> None:
    told, make = SIGN_IN[name]
    browser = house.browser()
    asked = browser.ask("sign-in")
    answer = browser.answer(asked, make(house, bytes_of(asked)))
    assert code(answer) == "403 passkeys.refused"
    assert told in answer.json()["why"]
    assert "laneshift_session" not in browser.client.cookies
    assert browser.me.status_code == 401
    good = browser.answer(asked, house.ada.get(bytes_of(asked)))
    assert code(good) == "403 passkeys.bad-challenge", "a challenge is for one answer, also a bad one"


def test_a_challenge_is_for_one_answer_one_browser_one_session_and_a_minute(house: House) -> None:
    browser = house.browser()
    asked = browser.ask("sign-in")
    credential = house.ada.get(bytes_of(asked))
    stranger = house.browser()
    assert code(stranger.answer(asked, credential)) == "403 passkeys.bad-challenge"
    stranger.ask("sign-in")
    assert code(stranger.answer(asked, credential)) == "403 passkeys.bad-challenge", "another browser's"
    signed_in = house.signed_in(house.bob)
    signed_in.client.cookies["laneshift_ceremony"] = browser.client.cookies["laneshift_ceremony"]
    assert code(signed_in.answer(asked, credential)) == "403 passkeys.bad-challenge", "another session's"
    assert browser.answer(asked, credential).status_code == 200
    browser.client.cookies.delete("laneshift_session")
    assert code(browser.answer(asked, credential)) == "403 passkeys.bad-challenge", "replayed"
    asked = browser.ask("sign-in")
    house.age(CHALLENGES)
    assert code(browser.answer(asked, house.ada.get(bytes_of(asked)))) == "403 passkeys.bad-challenge", "expired"
    one, two = browser.ask("sign-in"), browser.ask("sign-in")
    assert bytes_of(one) != bytes_of(two)
    assert len(bytes_of(one)) == 32
    assert code(browser.answer(two, credential)) == "403 passkeys.refused", "an answer of before"


REGISTER: dict[str, tuple[str, Callable[[Authenticator, bytes], dict[str, Any]]]] = {
    "foreign origin": ("none of this site", lambda a, c: a.create(c, origin="https://evil.example")),
    "foreign site": ("RP ID", lambda a, c: replace(a, rp_id="evil.example").create(c)),
    "wrong type": ("type", lambda a, c: a.create(c, "webauthn.get")),
    "nobody verified": ("verif", lambda a, c: replace(a, flags=PRESENT).create(c)),
    "another challenge": ("challenge", lambda a, c: a.create(bytes(32))),
    "signed in instead": ("", lambda a, c: a.get(c)),
    "no bytes": ("", lambda a, c: turned(a.create(c), "clientDataJSON")),
}


@pytest.mark.parametrize("name", REGISTER)
def test_nobody_registers_with(name: str, house: House) -> None:
    told, make = REGISTER[name]
    passkey, browser, link = Authenticator(), house.browser(), house.link("x@example.org", "admin")
    asked = browser.ask("register", link=link)
    answer = browser.answer(asked, make(passkey, bytes_of(asked)))
    assert code(answer) == "403 passkeys.refused"
    assert told in answer.json()["why"]
    assert house.served.parts.passkeys.people.passkey(passkey.id) is None
    assert code(browser.answer(asked, passkey.create(bytes_of(asked)))) == "403 passkeys.bad-challenge"
    registered = browser.ask("register", link=link)
    assert registered["options"]["authenticatorSelection"]["userVerification"] == "required"
