"""Of which site passkeys are, by the settings: what is no site, and what a server that nobody named may be."""

from __future__ import annotations

import pytest
from starlette.requests import HTTPConnection
from starlette.responses import Response

from laneshift.config import Settings, load
from laneshift.errors import Refused
from laneshift.server.auth.passkeys.cookies import end_session, session_in, set_session
from laneshift.server.auth.passkeys.site import live_site
from laneshift.server.limits.hosts import own_origin
from laneshift.server.options import Options

ON = "[features]\nwebauthn = true\n"
NAMED = f'{ON}[webauthn]\nrp_id = "acme.example"\norigins = ["https://a.acme.example", "https://acme.example:8443"]\n'


def of(text: str) -> Settings:
    return load({"laneshift.toml": text.encode()}.get)


@pytest.mark.parametrize(
    "table",
    [
        'rp_id = "acme.example"',
        'origins = ["https://acme.example"]',
        'rp_id = "acme.example"\norigins = ["https://evil.example"]',
        'rp_id = "acme.example"\norigins = ["https://notacme.example"]',
        'rp_id = "acme.example"\norigins = ["http://acme.example"]',
        'rp_id = "acme.example"\norigins = ["https://acme.example/"]',
        'rp_id = "acme.example"\norigins = ["https://acme.example:443"]',
        'rp_id = "acme.example"\norigins = ["https://ACME.example"]',
        'rp_id = "acme.example"\norigins = ["https://u@acme.example"]',
        'rp_id = "acme.example"\norigins = ["https://acme.example:99999"]',
        'rp_id = "acme.example"\norigins = ["null"]',
        'rp_id = "127.0.0.1"\norigins = ["https://127.0.0.1"]',
        'rp_id = "acme example"\norigins = ["https://acme.example"]',
        "session_hours = 0",
    ],
)
def test_what_is_no_site(table: str) -> None:
    with pytest.raises(Refused) as refused:
        of(f"[webauthn]\n{table}\n")
    assert refused.value.code == "config.bad-value"


def test_passkeys_that_approve_need_a_site() -> None:
    with pytest.raises(Refused) as refused:
        of('[approval]\npasskeys = "keys/passkeys"\n')
    assert "webauthn.rp_id" in " ".join(fault.what for fault in refused.value.faults)


def test_a_site_that_is_named_is_that_and_no_other() -> None:
    site = live_site(of(NAMED), lambda _: True, loopback=True, https=False)
    assert (site.rp_id, site.secure, site.session_seconds) == ("acme.example", True, 12 * 3600)
    assert site.is_own("https://a.acme.example")
    assert site.is_own("https://acme.example:8443")
    assert not site.is_own("https://acme.example")
    assert not site.is_own("http://localhost:8321")
    assert site.page("http://127.0.0.1:8321", "/id/enrol#x") == "https://a.acme.example/id/enrol#x"


def test_a_server_that_nobody_named_is_localhost_or_nothing() -> None:
    own = own_origin(Options())
    site = live_site(of(ON), own, loopback=True, https=False)
    assert (site.rp_id, site.secure) == ("localhost", False)
    assert site.is_own("http://localhost:8321")
    for foreign in ("http://127.0.0.1:8321", "http://localhost.evil.example", "https://evil.example", "null", ""):
        assert not site.is_own(foreign)
    assert site.page("http://127.0.0.1:8321", "/x") == "http://localhost:8321/x"
    for text, loopback, code in ((ON, False, "passkeys.no-site"), ("", True, "passkeys.off")):
        with pytest.raises(Refused) as refused:
            live_site(of(text), own, loopback=loopback, https=True)
        assert refused.value.code == code


def test_cookies_by_https_are_bound_to_the_host() -> None:
    answer = Response()
    set_session(answer, "text", 60, secure=True)
    end_session(answer, secure=True)
    first, last = answer.headers.getlist("set-cookie")
    assert first.startswith("__Host-laneshift_session=text;")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= {each.strip() for each in first.split(";")}
    assert "Domain" not in first
    assert "Max-Age=0" in last
    for name, found in (("__Host-laneshift_session", "text"), ("laneshift_session", "")):
        asked = HTTPConnection({"type": "http", "headers": [(b"cookie", f"{name}=text".encode())]})
        assert session_in(asked, secure=True) == found
