"""Which addresses a step may call: every private form is refused, in every wrapping, before anything is connected."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.runs.flowing.kinds.addresses import is_public, place_of, reachable, resolved

_PRIVATE = [
    *("127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
    *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "localhost"),
]


@pytest.mark.parametrize("address", _PRIVATE)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
@settings(derandomize=True, max_examples=300)
def test_wrapping_an_address_changes_nothing(address: ipaddress.IPv4Address) -> None:
    plain = is_public(str(address))
    assert is_public(f"::ffff:{address}") == plain
    assert is_public(str(ipaddress.IPv6Address((0x0064FF9B << 96) | int(address)))) == plain


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://example.org/", "file:///etc/passwd", "//example.org", "http://", "https://user:word@example.org/"),
        *("http://example.org:99999/", "http://exa mple.org/", "http://example.org/\r\nX: y", "http://[::1/", ""),
        *(
            "http://example.org/#part",
            "http://example.org/ö",
            "gopher://example.org",
            "http://example.org/" + "a" * 9000,
        ),
    ],
)
def test_what_is_no_plain_url_is_refused(url: str) -> None:
    with pytest.raises(Refused) as caught:
        place_of(url, [])
    assert caught.value.code == "flow.http-address"


def test_a_place_has_its_port_and_its_path() -> None:
    place = place_of("https://Example.org/a?b=c", [])
    assert (place.host, place.port, place.path, place.authority) == ("example.org", 443, "/a?b=c", "example.org")
    assert place_of("http://[::1]:80", ["::1"]).authority == "[::1]"
    assert place_of("http://example.org:8080/", []).authority == "example.org:8080"


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    place = place_of("http://two.example.org/", [])
    with pytest.raises(Refused, match="not public"):
        reachable(place, lambda _host, _port: ["8.8.8.8", "10.1.2.3"])
    assert reachable(place, lambda _host, _port: ["8.8.8.8"]) == ["8.8.8.8"]


def test_a_host_that_the_settings_name_may_be_private() -> None:
    place = place_of("http://inside.example.org/", ["inside.example.org"])
    assert reachable(place, lambda _host, _port: ["10.1.2.3"]) == ["10.1.2.3"]


def test_a_name_without_an_address_is_an_error() -> None:
    with pytest.raises(OSError, match="no address"):
        reachable(place_of("http://none.example.org/", []), lambda _host, _port: [])


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1"])
def test_odd_spellings_of_loopback_resolve_to_what_is_refused(host: str) -> None:
    with pytest.raises((Refused, OSError)):
        reachable(place_of(f"http://{host}/", []), resolved)
