"""The one door to GitHub: requests by githubkit, within limits of time and of patience.

What only asks is asked again after an answer that got lost. What changes something is not: `Lost` is raised, and the
caller looks what became of it. No redirect is followed, so that the key goes nowhere else. Errors are raised without
their cause, which holds the request and with it the key.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

import httpx
from githubkit import GitHub, Response
from githubkit.exception import GitHubException, RequestFailed

from laneshift.errors import CheckFailed, NeedsPerson
from laneshift.forge.github.failures import Answer, Lost, error_of, pause_of, too_many
from laneshift.repo.doors import effect

T = TypeVar("T")
_PAUSES = (1.0, 3.0, 9.0)
_PAGE = 100
_MOST_PAGES = 100
_SECONDS = 30.0
Ask = Callable[[GitHub[Any]], Response[Any, Any]]
AskPage = Callable[[GitHub[Any], int, int], Response[Any, Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """Whose repository, where it answers, and the key, which nothing shows. `patience` is in seconds."""

    owner: str
    name: str
    api: str
    token: str = field(repr=False)
    patience: int = 120
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time


class Calls:
    """Requests about one repository."""

    def __init__(self, place: Place) -> None:
        if not place.token:
            raise NeedsPerson("forge.no-token", "there is no key to speak to GitHub with", cure="set forge.token_env")
        self.place = place
        self._github = GitHub(
            place.token,
            base_url=f"{place.api}/",
            user_agent="laneshift",
            follow_redirects=False,
            timeout=_SECONDS,
            http_cache=False,
            auto_retry=False,
            ssl_verify=_trusted(),
        )

    def read(self, what: str, ask: Ask) -> Any:
        """What GitHub answers, as plain data. Asked again after an answer that got lost."""
        for pause in _PAUSES:
            try:
                return self._asked(what, ask)
            except Lost:
                self.place.sleep(pause)
        return self._asked(what, ask)

    def change(self, what: str, ask: Ask) -> Any:
        """As `read`, for what changes something. Raises `Lost` where nobody knows whether it did."""
        with effect():
            return self._asked(what, ask)

    def repeat(self, what: str, ask: Ask) -> Any:
        """As `change`, for what comes to the same when it is done twice."""
        with effect():
            return self.read(what, ask)

    def once(self, look: Callable[[], T | None], make: Callable[[], T]) -> T:
        """What `look` finds, or else what `make` makes; after a lost answer it looks again before it makes another."""
        for pause in _PAUSES:
            found = look()
            if found is not None:
                return found
            try:
                return make()
            except Lost:
                self.place.sleep(pause)
        found = look()
        return make() if found is None else found

    def pages(self, what: str, ask: AskPage, inside: str = "") -> Iterator[Mapping[str, Any]]:
        """Every entry of a list, page by page; the list is the answer, or what the answer holds under `inside`.

        Raises `CheckFailed`: `forge.too-long` for one without an end, `forge.bad-answer` for what is no list.
        """
        for number in range(1, _MOST_PAGES + 1):
            found = self.read(what, _page(ask, number))
            entries = found.get(inside) if inside and isinstance(found, dict) else found
            if not isinstance(entries, list):
                raise CheckFailed("forge.bad-answer", "what GitHub answered is no list", cure="look at forge.api")
            yield from (each for each in entries if isinstance(each, dict))
            if len(entries) < _PAGE:
                return
        raise CheckFailed(
            "forge.too-long", f"GitHub has more than {_MOST_PAGES * _PAGE} entries to {what}", cure="close old ones"
        )

    def _asked(self, what: str, ask: Ask) -> Any:
        """Waits as GitHub asks, within its patience. Raises as `failures.error_of` says."""
        left = float(self.place.patience)
        while True:
            answer = self._answered(ask)
            if 200 <= answer.status < 300:
                return answer.said
            pause = pause_of(answer, self.place.now())
            if pause is None:
                raise error_of(answer, what, self.place.token)
            if pause > left:
                raise too_many(what, self.place.patience)
            left -= pause
            self.place.sleep(pause)

    def _answered(self, ask: Ask) -> Answer:
        try:
            return _read(ask(self._github))
        except RequestFailed as error:
            return _read(error.response)
        except GitHubException as error:
            return Answer(0, {}, {"message": type(getattr(error, "exc", error)).__name__})


@cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates are believed. Made once: that takes longer than a request does."""
    return httpx.create_ssl_context()


def _page(ask: AskPage, number: int) -> Ask:
    return lambda github: ask(github, _PAGE, number)


def _read(response: Response[Any, Any]) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    try:
        said = response.json() if response.content else None
    except ValueError:
        said = None
    return Answer(response.status_code, headers, said)
