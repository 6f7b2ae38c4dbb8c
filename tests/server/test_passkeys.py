"""Passkeys, over HTTP and by an authenticator in software: who gets in, who approves, and every answer that fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from laneshift.rollout.assertion import from_base64url, in_base64url
from laneshift.rollout.subject import Envelope
from laneshift.runs import approving
from laneshift.runs.approval_judging import bench_of
from laneshift.runs.approval_proof import proved
from laneshift.server.auth.passkeys.tables import CHALLENGES, SESSIONS
from laneshift.server.options import Options
from tests.approval_scene import ADA, BOB, BOT, SETTINGS, Scene, scene_at
from tests.authenticator import PRESENT, Authenticator
from tests.repo.builders import commit_files
from tests.server.serving import Served, served

ORIGIN = "http://localhost:8321"
FILE = "keys/passkeys"
SITE = f'\n[features]\nwebauthn = true\n\n[webauthn]\nrp_id = "localhost"\norigins = ["{ORIGIN}"]\n'


@dataclass
class Browser:
    """Somebody's browser, which keeps cookies and says where its pages are from."""

    served: Served
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.served.client(Origin=ORIGIN)

    def ask(self, purpose: str, **more: str) -> dict[str, Any]:
        """A challenge; it has to be given."""
        found = self.client.post("/id/webauthn/challenge", json={"purpose": purpose, **more})
        assert found.status_code == 200, found.text
        return found.json()

    def answer(self, asked: dict[str, Any], credential: dict[str, Any], **more: str) -> httpx.Response:
        return self.client.post(
            "/id/webauthn/verify", json={"challenge": asked["challenge"], "credential": credential, **more}
        )

    def enrol(self, link: str, passkey: Authenticator) -> httpx.Response:
        asked = self.ask("register", link=link)
        return self.answer(asked, passkey.create(bytes_of(asked)), label="a test")

    def sign_in(self, passkey: Authenticator) -> httpx.Response:
        asked = self.ask("sign-in")
        return self.answer(asked, passkey.get(bytes_of(asked)))

    @property
    def me(self) -> httpx.Response:
        return self.client.get("/api/v1/me")

    @property
    def cookie(self) -> str:
        return self.client.cookies["laneshift_session"]


@dataclass
class House:
    """A server in whose repository two people have to approve, and Ada and Bob, each signed in."""

    scene: Scene
    served: Served
    ada: Authenticator
    bob: Authenticator

    def browser(self) -> Browser:
        return Browser(self.served)

    def signed_in(self, passkey: Authenticator | None = None) -> Browser:
        browser = self.browser()
        assert browser.sign_in(passkey or self.ada).status_code == 200
        return browser

    def link(self, name: str, *roles: str) -> str:
        return self.served.parts.passkeys.link(name, roles, "a test")

    def newcomer(self, name: str, *roles: str) -> tuple[Authenticator, Browser]:
        passkey, browser = Authenticator(), self.browser()
        assert browser.enrol(self.link(name, *roles), passkey).status_code == 200
        return passkey, browser

    def age(self, table: sa.Table) -> None:
        """Have everything in a table be over."""
        with self.served.parts.passkeys.rows.transaction() as connection:
            connection.execute(sa.update(table).values(expires=1))


def bytes_of(asked: dict[str, Any]) -> bytes:
    return from_base64url(asked["options"]["challenge"])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    ada, bob = Authenticator(), Authenticator()
    text = SETTINGS.replace("hours =", f'passkeys = "{FILE}"\nhours =') + SITE
    files = {FILE: ada.pinned(ADA) + bob.pinned(BOB)}
    scene = scene_at(tmp_path_factory.mktemp("passkeys"), files, text)
    with served(scene.path, Options(port=0, enroll=ADA)) as found:
        home = House(scene, found, ada, bob)
        assert home.browser().enrol(found.parts.link, ada).status_code == 200
        assert home.browser().enrol(home.link(BOB, "approver"), bob).status_code == 200
        yield home


def code(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.json()['code']}"


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


def turned(credential: dict[str, Any], name: str) -> dict[str, Any]:
    """The same with the last bit of a part turned."""
    data = bytearray(from_base64url(credential["response"][name]))
    data[-1] ^= 1
    return {**credential, "response": {**credential["response"], name: in_base64url(bytes(data))}}


def as_other(house: House, **changes: Any) -> Authenticator:
    """Ada's passkey in wrong hands, or asked in a wrong way; hers goes on as if nothing had been."""
    house.ada.counter += 1
    return replace(house.ada, **changes)


SIGN_IN: dict[str, tuple[str, Callable[[House, bytes], dict[str, Any]]]] = {
    "foreign origin": ("none of this site", lambda h, c: as_other(h).get(c, origin="https://evil.example")),
    "another port": ("none of this site", lambda h, c: as_other(h).get(c, origin="http://localhost:9999")),
    "foreign site": ("RP ID", lambda h, c: as_other(h, rp_id="evil.example").get(c)),
    "wrong type": ("type", lambda h, c: as_other(h).get(c, "webauthn.create")),
    "bad signature": ("signature", lambda h, c: turned(as_other(h).get(c), "signature")),
    "other text": ("", lambda h, c: turned(as_other(h).get(c), "clientDataJSON")),
    "counter going back": ("sign count", lambda h, c: as_other(h, counter=0).get(c)),
    "nobody verified": ("verif", lambda h, c: as_other(h, flags=PRESENT).get(c)),
    "nobody there": ("present", lambda h, c: as_other(h, flags=4).get(c)),
    "within another page": ("inside a page", lambda h, c: as_other(h).get(c, crossOrigin=True)),
    "another challenge": ("challenge", lambda h, c: as_other(h).get(bytes(32))),
    "another key": ("signature", lambda h, c: replace(Authenticator(), credential=h.ada.credential, counter=99).get(c)),
    "a stranger": ("not known here", lambda h, c: Authenticator().get(c)),
    "nothing": ("does not name", lambda h, c: {}),
    "no response": ("", lambda h, c: {"id": h.ada.id}),
    "a list": ("", lambda h, c: {**h.ada.get(c), "response": [1]}),
    "numbers": ("", lambda h, c: {**h.ada.get(c), "response": {"clientDataJSON": 7, "authenticatorData": {}}}),
}


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


def given_by(house: House) -> list[str]:
    return [str(record.facts["approver"]) for record in house.scene.shop().journal.records(kind="approval.given")]


def test_the_challenge_of_an_approval_is_its_digest_and_no_server_is_needed_to_check_it(house: House) -> None:
    """Everything that fails comes first, so that it fails on a plan that nobody approved."""
    plan = house.scene.plan.id
    ada = house.signed_in()
    asked = ada.ask("approve", plan=plan)
    assert asked["digest"] == f"sha256:{bytes_of(asked).hex()}"
    assert asked["subject"]["approver"] == ADA
    assert [each["id"] for each in asked["options"]["allowCredentials"]] == [house.ada.id]
    for name, (_, make) in SIGN_IN.items():
        if name not in ("nothing",):
            asked = ada.ask("approve", plan=plan)
            assert code(ada.answer(asked, make(house, bytes_of(asked)))) == "403 passkeys.refused", name
    asked = ada.ask("approve", plan=plan)
    assert code(ada.answer(asked, house.bob.get(bytes_of(asked)))) == "403 passkeys.refused", "somebody else's"
    signing_in = ada.ask("sign-in")
    assert code(ada.answer(signing_in, house.ada.get(bytes_of(asked)))) == "403 passkeys.refused", "for signing in"
    house.age(CHALLENGES)
    asked = ada.ask("approve", plan=plan)
    other = house.scene.subject(ADA, plan=f"sha256:{'1' * 64}").challenge
    assert code(ada.answer(asked, house.ada.get(other))) == "403 passkeys.refused", "another plan's digest"
    assert given_by(house) == []
    asked = ada.ask("approve", plan=plan)
    credential = house.ada.get(bytes_of(asked))
    taken = ada.answer(asked, credential)
    assert taken.status_code == 200, taken.text
    assert taken.json()["approval"]["approvers"] == [ADA]
    assert code(ada.answer(asked, credential)) == "403 passkeys.bad-challenge", "replayed"
    bob = house.signed_in(house.bob)
    asked = bob.ask("approve", plan=plan)
    assert bob.answer(asked, house.bob.get(bytes_of(asked))).json()["approval"]["enough"] is True
    assert given_by(house) == [ADA, BOB]
    shop = house.scene.shop()
    approving.require(shop, house.scene.plan)
    envelope = Envelope.from_json(taken.json()["approval"]["envelope"])
    assert proved(envelope, bench_of(shop, house.scene.plan).keys).checked.fault == ""
    assert (
        code(
            house.signed_in(house.newcomer("r@example.org", "reader")[0]).client.post(
                "/id/webauthn/challenge", json={"purpose": "approve", "plan": plan}
            )
        )
        == "403 access.denied"
    )


def test_a_passkey_that_the_server_knows_and_the_repository_does_not_approves_nothing(house: House) -> None:
    before = given_by(house)
    ada = house.signed_in()
    second = Authenticator()
    asked = ada.ask("register")
    assert ada.answer(asked, second.create(bytes_of(asked))).status_code == 200
    asked = ada.ask("approve", plan=house.scene.plan.id)
    answer = ada.answer(asked, second.get(bytes_of(asked)))
    assert answer.json()["code"] == "approval.wrong-key"
    assert "not among those that the repository names" in answer.json()["why"]
    assert given_by(house) == before


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
