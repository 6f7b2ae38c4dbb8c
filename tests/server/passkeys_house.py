"""A server with passkeys as tests have it: browsers that keep cookies, and answers that ought to fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from laneshift.rollout.assertion import from_base64url, in_base64url
from laneshift.server.options import Options
from tests.approval_scene import ADA, BOB, SETTINGS, Scene, scene_at
from tests.authenticator import PRESENT, Authenticator
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


@contextmanager
def moved_in(path: Path) -> Iterator[House]:
    """A house at `path`, where Ada and Bob have registered their passkeys."""
    ada, bob = Authenticator(), Authenticator()
    text = SETTINGS.replace("hours =", f'passkeys = "{FILE}"\nhours =') + SITE
    files = {FILE: ada.pinned(ADA) + bob.pinned(BOB)}
    scene = scene_at(path, files, text)
    with served(scene.path, Options(port=0, enroll=ADA)) as found:
        home = House(scene, found, ada, bob)
        assert home.browser().enrol(found.parts.link, ada).status_code == 200
        assert home.browser().enrol(home.link(BOB, "approver"), bob).status_code == 200
        yield home


def code(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.json()['code']}"


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
