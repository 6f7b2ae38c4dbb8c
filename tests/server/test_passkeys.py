"""Passkeys, over HTTP and by an authenticator in software: who gets in, for how long, and who does not."""

from __future__ import annotations

import sqlite3

from laneshift.server.auth.passkeys.tables import SESSIONS
from tests.approval_scene import ADA, BOB, BOT
from tests.authenticator import Authenticator
from tests.repo.builders import commit_files
from tests.server.passkeys_house import ORIGIN, House, bytes_of, code
from tests.server.serving import Served


def test_the_first_administrator_comes_in_by_a_link_that_works_once(house: House) -> None:
    browser = house.signed_in()
    told = browser.me.json()
    assert (told["name"], told["roles"], told["via"][:8]) == (ADA, ["admin"], "session:")
    again = house.browser().client.post(
        "/id/webauthn/challenge", json={"purpose": "register", "link": house.served.parts.link}
    )
    assert code(again) == "403 passkeys.bad-link"
    made = browser.client.post("/id/enrolments", json={"name": "new@example.org", "roles": ["reader"]})
    assert made.status_code == 201
    path, _, link = made.json()["path"].partition("#")
    assert path == "/id/enrol"
    newcomer = Authenticator()
    taken = house.browser().enrol(link, newcomer).json()
    assert taken["person"] == "new@example.org"
    assert taken["line"] == newcomer.pinned("new@example.org").strip()
    people = browser.client.get("/id/people").json()["items"]
    assert {"new@example.org": ["reader"], BOB: ["approver"]}.items() <= {p["name"]: p["roles"] for p in people}.items()


def test_two_who_hold_one_link_do_not_both_get_in(house: House) -> None:
    link = house.link("one@example.org", "reader")
    one, two = house.browser(), house.browser()
    asked = one.ask("register", link=link), two.ask("register", link=link)
    first, second = Authenticator(), Authenticator()
    assert one.answer(asked[0], first.create(bytes_of(asked[0]))).status_code == 200
    assert code(two.answer(asked[1], second.create(bytes_of(asked[1])))) == "403 passkeys.bad-link"
    assert len(house.served.parts.passkeys.people.passkeys("ONE@example.org")) == 1


def test_a_session_is_rotated_hashed_for_scripts_unseen_and_over_at_its_time(house: House) -> None:
    browser = house.browser()
    given = browser.sign_in(house.ada).headers.get_list("set-cookie")
    [cookie] = [each for each in given if each.startswith("laneshift_session=")]
    assert {"HttpOnly", "Path=/", "SameSite=strict", "Max-Age=43200"} <= {each.strip() for each in cookie.split(";")}
    before = browser.cookie
    assert browser.sign_in(house.ada).status_code == 200
    assert browser.cookie != before
    old = house.served.client(Cookie=f"laneshift_session={before}")
    assert code(old.get("/api/v1/me")) == "401 access.no-credential"
    with sqlite3.connect(house.scene.path / ".git/laneshift/access/people.sqlite") as file:
        assert browser.cookie not in "".join(file.iterdump())
    assert (house.scene.path / ".git/laneshift/access/people.sqlite").stat().st_mode & 0o777 == 0o600
    house.age(SESSIONS)
    assert code(browser.me) == "401 access.no-credential"
    assert browser.sign_in(house.ada).status_code == 200


def test_a_session_ends_when_it_is_revoked_or_its_passkey_goes(house: House) -> None:
    passkey, browser = house.newcomer("leaver@example.org", "reader")
    other = house.signed_in(passkey)
    [elsewhere] = [each for each in browser.client.get("/id/sessions").json()["items"] if not each["current"]]
    assert browser.client.delete(f"/id/sessions/{elsewhere['id']}").status_code == 200
    assert other.me.status_code == 401
    assert browser.client.delete("/id/sessions/current").status_code == 200
    assert "laneshift_session" not in browser.client.cookies
    browser = house.signed_in(passkey)
    admin = house.signed_in()
    theirs = [each["id"] for each in browser.client.get("/id/sessions").json()["items"]]
    assert code(house.signed_in(house.bob).client.delete(f"/id/sessions/{theirs[0]}")) == "403 access.denied"
    assert code(house.signed_in(house.bob).client.delete(f"/id/passkeys/{passkey.id}")) == "403 access.denied"
    assert admin.client.delete(f"/id/sessions/{theirs[0]}").status_code == 200
    assert browser.me.status_code == 401
    browser = house.signed_in(passkey)
    asked = browser.ask("sign-in")
    assert admin.client.delete(f"/id/passkeys/{passkey.id}").status_code == 200
    assert browser.me.status_code == 401
    fresh = house.browser()
    asked = fresh.ask("sign-in")
    deleted = fresh.answer(asked, passkey.get(bytes_of(asked)))
    assert (code(deleted), deleted.json()["why"]) == ("403 passkeys.refused", "this passkey is not known here")
    assert code(admin.client.delete(f"/id/passkeys/{passkey.id}")) == "404 passkeys.none"
    assert admin.client.delete("/id/people/LEAVER@example.org").status_code == 200
    assert code(admin.client.delete("/id/people/leaver@example.org")) == "404 passkeys.nobody"


def test_other_sites_do_nothing_in_the_name_of_a_session(house: House) -> None:
    cookie = f"laneshift_session={house.signed_in().cookie}"
    foreign: list[dict[str, str]] = [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost.evil.example"},
    ]
    body = {"name": "evil@example.org", "roles": ["admin"]}
    for headers in foreign:
        client = house.served.client(Cookie=cookie, **headers)
        assert code(client.post("/id/enrolments", json=body)) == "403 access.foreign-origin", headers
    assert house.served.client(Cookie=cookie, Origin=ORIGIN).post("/id/enrolments", json=body).status_code == 201
    evil = house.served.client(Origin="https://evil.example")
    assert code(evil.post("/id/webauthn/challenge", json={"purpose": "sign-in"})) == "403 access.foreign-origin"


def test_who_has_a_session_adds_a_passkey_and_nobody_registers_one_twice(house: House) -> None:
    passkey, browser = house.newcomer("two@example.org", "reader")
    second = Authenticator()
    asked = browser.ask("register")
    assert [each["id"] for each in asked["options"]["excludeCredentials"]] == [passkey.id]
    assert browser.answer(asked, second.create(bytes_of(asked))).status_code == 200
    assert house.signed_in(second).me.json()["roles"] == ["reader"]
    asked = browser.ask("register")
    assert code(browser.answer(asked, second.create(bytes_of(asked)))) == "409 passkeys.known"
    own = [each["id"] for each in browser.client.get("/id/passkeys").json()["items"]]
    assert sorted(own) == sorted([passkey.id, second.id])
    assert browser.client.delete(f"/id/passkeys/{second.id}").status_code == 200
    no_counter, there = house.newcomer("still@example.org", "reader")
    no_counter.counts = False
    no_counter.counter = 0
    assert code(there.sign_in(no_counter)) == "403 passkeys.refused", "one that counted counts on"


def test_a_key_is_no_session(house: House) -> None:
    agent = house.served.key("agent", BOT, ("suggest_only", "admin", "approver"))
    person = house.served.key("person", BOB, ("admin", "approver"))
    plan = house.scene.plan.id
    for key in (agent, person, ""):
        client = house.served.client(key)
        for body in ({"purpose": "register"}, {"purpose": "approve", "plan": plan}):
            assert code(client.post("/id/webauthn/challenge", json=body)) == "401 access.no-credential"
    with house.served.client(agent) as client:
        asked = client.post("/id/webauthn/challenge", json={"purpose": "sign-in"})
        assert asked.status_code == 200
        nothing = client.post("/id/webauthn/verify", json={"challenge": asked.json()["challenge"], "credential": {}})
        assert code(nothing) == "403 passkeys.refused"


def test_where_people_come_in_is_for_everybody_and_tells_nothing(house: House) -> None:
    for path in ("/id/sign-in", "/id/enrol"):
        answer = house.served.client().get(path)
        assert answer.status_code == 200
        assert "passkey.js" in answer.text
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert "batch" not in answer.text
        assert ADA not in answer.text


def test_where_no_setting_asks_for_passkeys_there_are_none(house: House, server: Served) -> None:
    off = server.client().post("/id/webauthn/challenge", json={"purpose": "sign-in"})
    assert code(off) == "404 passkeys.off"
    client = house.served.client(Cookie=f"laneshift_session={house.signed_in().cookie}")
    assert client.get("/api/v1/me").status_code == 200
    text = (house.scene.path / "laneshift.toml").read_text()
    try:
        commit_files(house.scene.path, {"laneshift.toml": text.replace("webauthn = true", "webauthn = false")})
        assert client.get("/api/v1/me").status_code == 401
        assert house.served.client().get("/api/v1/me").status_code == 401, "nobody is local for that"
    finally:
        commit_files(house.scene.path, {"laneshift.toml": text})
    assert client.get("/api/v1/me").status_code == 200
