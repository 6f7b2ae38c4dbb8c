"""Which names and addresses of remotes git may be given at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.repo.ref_names import is_valid
from laneshift.repo.remote_names import check_name, check_url, secrets_of, tracking_ref

RUNS_A_PROGRAM = ["ext::sh -c touch% pwned", "fd::17", "foo::bar", "::x"]
LOOKS_LIKE_AN_OPTION = [
    "-uevil",
    "--upload-pack=touch pwned",
    "ssh://-oProxyCommand=x/y",
    "ssh://me@-oProxyCommand=x/y",
    "me@-oProxyCommand=x:y",
    "-oProxyCommand=x:y",
]
UNKNOWN = ["gopher://h/x", "ftp://h/x", "ext://h/x", "", "https://h/x\x00y", "https://h/\nx", "/a\tb"]
HARMLESS = [
    *("/srv/git/mono.git", "../mono.git", "mono", "file:///srv/mono", "git://h/x", "https://u:p@h/x", "http://h:1/x"),
    *("ssh://git@h:22/x", "git+ssh://h/x", "git@host:team/mono.git", "host:mono", "[::1]:mono"),
]


@pytest.mark.parametrize("url", [*RUNS_A_PROGRAM, *LOOKS_LIKE_AN_OPTION, *UNKNOWN])
def test_an_address_that_is_not_known_to_be_harmless_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(Refused) as refused:
        check_url("origin", url)
    assert refused.value.code == "remote.bad-url"
    assert not url or url not in repr(refused.value.as_dict())


@pytest.mark.parametrize("url", HARMLESS)
def test_usual_addresses_pass(url: str) -> None:
    assert check_url("origin", url) == url


@pytest.mark.parametrize(
    "name",
    ["", "-u", "--all", ".", "..", "a..b", "a//b", "a/", "a b", "a\n", "https://h/x", "/srv/x", "a:b", "ä", "a@b"],
)
def test_what_is_not_a_plain_name_is_no_remote(name: str) -> None:
    with pytest.raises(Refused) as refused:
        check_name(name)
    assert refused.value.code == "remote.bad-name"


@given(st.text(max_size=30))
def test_a_name_that_passes_is_no_option_and_makes_a_ref(name: str) -> None:
    try:
        check_name(name)
    except Refused:
        return
    assert name.isascii()
    assert not name.startswith("-")
    assert is_valid(tracking_ref(name, "refs/heads/main"))


def test_every_remote_and_branch_has_a_place_of_its_own() -> None:
    names = [("origin", "refs/heads/main"), ("up/stream", "refs/heads/main"), ("up", "refs/heads/stream/heads/main")]
    assert len({tracking_ref(*name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("url", "hidden"),
    [
        ("https://t0ken@h/x", {"t0ken"}),
        ("https://me:p%40ss@h/x", {"me:p%40ss", "me:p@ss", "p%40ss", "p@ss"}),
        ("ssh://git@h/x", set()),
        ("ssh://git:pw@h/x", {"git:pw", "pw"}),
        ("git@h:x", set()),
        ("/srv/a@b/x", set()),
        ("https://h/x@y", set()),
    ],
)
def test_what_may_be_a_password_is_known(url: str, hidden: set[str]) -> None:
    assert secrets_of(url) == hidden
