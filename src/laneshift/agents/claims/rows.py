"""Claims as rows of a database: who holds what is decided in one transaction, by the clock of the place.

Whoever cannot be told of an answer asks again with the same words, and gets the claim that it was given. So a line
that is cut at any moment leaves one owner at most, and never two.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from laneshift.agents.claims.content import claim_of, facts_of, lost, names, taken, text_of
from laneshift.agents.claims.place import Place
from laneshift.agents.claims.port import Claim
from laneshift.agents.claims.tables import CLAIMS, HELD, TOKENS, TOLD
from laneshift.errors import Refused

_AT_ONCE = 500
_LONGEST = 30 * 86_400
_COLUMNS = (CLAIMS.c.token, CLAIMS.c.content, CLAIMS.c.until)

Holders = dict[int, tuple[Claim, list[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class Happened:
    """Something for the journal: `kind` is taken, released or lapsed; `at` is in unix seconds."""

    claim: Claim
    kind: str
    at: int
    facts: Mapping[str, Any]


class Rows:
    """The claims of one repository. Fulfils `Claims`, and keeps what has to be told until somebody did."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._here = place.repository

    def take(
        self,
        agent: str,
        plan: str,
        pack: str,
        items: Collection[str],
        files: Collection[str],
        seconds: int,
        *,
        base: str = "",
        branch: str = "",
    ) -> Claim:
        """As the port says."""
        _refuse_bad(items, files, seconds)
        wanted, asked = names(plan, items, files), secrets.token_hex(16)
        draft = Claim("", plan, pack, agent, tuple(sorted(items)), tuple(sorted(files)), 0, 0, base, branch)

        def write(connection: sa.Connection) -> Claim | Holders:
            given = self._given(connection, asked)
            if given is not None:
                return given
            now = self._place.now(connection)
            self._expire(connection, now, by=f"{agent}/{pack}")
            return self._holders(connection, wanted, now) or self._insert(connection, draft, asked, now + seconds, now)

        # Nobody who only looks has to wait for those who write.
        found = self._place.read(lambda connection: self._holders(connection, wanted, self._place.now(connection)))
        if not found:
            result = self._place.write(write)
            if isinstance(result, Claim):
                return result
            found = result
        raise taken(found)

    def beat(self, claim: str, token: int, seconds: int) -> Claim:
        """As the port says."""
        _refuse_bad_seconds(seconds)

        def write(connection: sa.Connection) -> Claim:
            now = self._place.now(connection)
            self._expire(connection, now)
            known = self._held(connection, claim, token, now)
            connection.execute(sa.update(CLAIMS).where(self._is(token)).values(until=now + seconds))
            return replace(known, until=now + seconds)

        return self._kept(write)

    def release(self, claim: str, token: int, why: str) -> bool:
        """As the port says."""
        asked = secrets.token_hex(16)

        def write(connection: sa.Connection) -> bool:
            now = self._place.now(connection)
            self._expire(connection, now)
            row = connection.execute(sa.select(CLAIMS).where(self._is(token))).one_or_none()
            if row is None or claim_of(row.content, row.until).id != claim:
                raise lost(claim, f"token {token} is not its own")
            if row.state != "held":
                return bool(row.ended_by == asked)
            self._end(connection, claim_of(row.content, row.until), "released", now, asked, {"why": why})
            return True

        return self._place.write(write)

    def held(self, claim: str, token: int) -> Claim:
        """As the port says."""
        return self._place.read(lambda each: self._held(each, claim, token, self._place.now(each)))

    def lapse(self) -> list[Claim]:
        """As the port says."""
        return self._place.write(lambda connection: self._expire(connection, self._place.now(connection)))

    def all(self) -> list[Claim]:
        """As the port says."""

        def read(connection: sa.Connection) -> list[Claim]:
            current = CLAIMS.c.state == "held", CLAIMS.c.until > self._place.now(connection)
            found = sa.select(*_COLUMNS).where(CLAIMS.c.repository == self._here, *current).order_by(CLAIMS.c.token)
            return [claim_of(row.content, row.until) for row in connection.execute(found)]

        return self._place.read(read)

    def untold(self) -> list[Happened]:
        """What happened and was not told yet, in the order of the claims."""

        def read(connection: sa.Connection) -> list[Happened]:
            joined = TOLD.join(
                CLAIMS, sa.and_(CLAIMS.c.repository == TOLD.c.repository, CLAIMS.c.token == TOLD.c.token)
            )
            found = sa.select(TOLD.c.kind, TOLD.c.at, TOLD.c.facts, CLAIMS.c.content, CLAIMS.c.until).select_from(
                joined
            )
            rows = connection.execute(
                found.where(TOLD.c.repository == self._here).order_by(TOLD.c.token, TOLD.c.kind.desc())
            )
            return [Happened(claim_of(row.content, row.until), row.kind, row.at, json.loads(row.facts)) for row in rows]

        return self._place.read(read)

    def told(self, happened: Happened) -> None:
        """Forget that this has to be told."""
        which = TOLD.c.repository == self._here, TOLD.c.token == happened.claim.token, TOLD.c.kind == happened.kind
        self._place.write(lambda connection: connection.execute(sa.delete(TOLD).where(*which)))

    def _kept(self, write: Callable[[sa.Connection], Claim]) -> Claim:
        """What `write` gives. What lapsed stays lapsed, also where it refuses."""
        refused: list[Refused] = []

        def guarded(connection: sa.Connection) -> Claim | None:
            refused.clear()
            try:
                return write(connection)
            except Refused as error:
                refused.append(error)
                return None

        found = self._place.write(guarded)
        if found is None:
            raise refused[0]
        return found

    def _is(self, token: int) -> sa.ColumnElement[bool]:
        return sa.and_(CLAIMS.c.repository == self._here, CLAIMS.c.token == token)

    def _given(self, connection: sa.Connection, asked: str) -> Claim | None:
        """The claim that these very words were given before, when the answer was lost."""
        found = sa.select(*_COLUMNS).where(CLAIMS.c.repository == self._here, CLAIMS.c.asked == asked)
        row = connection.execute(found).one_or_none()
        return None if row is None else claim_of(row.content, row.until)

    def _held(self, connection: sa.Connection, claim: str, token: int, now: int) -> Claim:
        row = connection.execute(sa.select(CLAIMS).where(self._is(token))).one_or_none()
        found = None if row is None else claim_of(row.content, row.until)
        if row is None or found is None or found.id != claim:
            raise lost(claim, f"token {token} is not its own")
        if row.state != "held" or row.until <= now:
            raise lost(claim, f"it was {row.state}" if row.state != "held" else f"it lapsed at {row.until}")
        return found

    def _holders(self, connection: sa.Connection, wanted: Mapping[str, tuple[str, str]], now: int) -> Holders:
        """Who holds any of it now, with what of it."""
        found: dict[int, list[tuple[str, str]]] = {}
        for part in _parts(sorted(wanted)):
            rows = sa.select(HELD.c.name, HELD.c.token).where(HELD.c.repository == self._here, HELD.c.name.in_(part))
            for row in connection.execute(rows):
                found.setdefault(row.token, []).append(wanted[row.name])
        holders: Holders = {}
        for part in _parts(sorted(found)):
            alive = CLAIMS.c.repository == self._here, CLAIMS.c.token.in_(part), CLAIMS.c.until > now
            for each in connection.execute(sa.select(*_COLUMNS).where(*alive)):
                holders[each.token] = claim_of(each.content, each.until), found[each.token]
        return holders

    def _insert(self, connection: sa.Connection, draft: Claim, asked: str, until: int, now: int) -> Claim:
        token = self._next(connection)
        claim = replace(draft, id=f"c{token}", token=token, until=until)
        row = {"repository": self._here, "token": token}
        state = {"asked": asked, "ended_by": "", "state": "held", "until": until, "content": text_of(claim)}
        connection.execute(sa.insert(CLAIMS).values(**row, **state))
        held = [{**row, "name": name} for name in names(claim.plan, claim.items, claim.files)]
        connection.execute(sa.insert(HELD), held)
        self._tell(connection, claim, "taken", now, {})
        return claim

    def _next(self, connection: sa.Connection) -> int:
        mine = TOKENS.c.repository == self._here
        raised = connection.execute(sa.update(TOKENS).where(mine).values(last=TOKENS.c.last + 1))
        if raised.rowcount == 0:
            connection.execute(sa.insert(TOKENS).values(repository=self._here, last=1))
        return int(connection.execute(sa.select(TOKENS.c.last).where(mine)).scalar_one())

    def _expire(self, connection: sa.Connection, now: int, by: str = "") -> list[Claim]:
        """Release all whose time is over. `by` is who takes over what it asked for, if anybody does."""
        over = CLAIMS.c.repository == self._here, CLAIMS.c.state == "held", CLAIMS.c.until <= now
        rows = connection.execute(sa.select(*_COLUMNS).where(*over).order_by(CLAIMS.c.token)).all()
        gone = [claim_of(row.content, row.until) for row in rows]
        for claim in gone:
            self._end(connection, claim, "lapsed", now, "", {"by": by})
        return gone

    def _end(
        self, connection: sa.Connection, claim: Claim, state: str, now: int, asked: str, facts: Mapping[str, Any]
    ) -> None:
        connection.execute(sa.update(CLAIMS).where(self._is(claim.token)).values(state=state, ended_by=asked))
        mine = HELD.c.repository == self._here, HELD.c.token == claim.token
        connection.execute(sa.delete(HELD).where(*mine))
        self._tell(connection, claim, state, now, facts)

    def _tell(self, connection: sa.Connection, claim: Claim, kind: str, now: int, facts: Mapping[str, Any]) -> None:
        told = json.dumps({**facts_of(claim), **facts})
        row = {"repository": self._here, "token": claim.token, "kind": kind, "at": now, "facts": told}
        connection.execute(sa.insert(TOLD).values(**row))


def _refuse_bad(items: Collection[str], files: Collection[str], seconds: int) -> None:
    if not items and not files:
        raise Refused("claim.nothing", "a claim of neither items nor files", cure="name what is to be held")
    _refuse_bad_seconds(seconds)


def _refuse_bad_seconds(seconds: int) -> None:
    if not 1 <= seconds <= _LONGEST:
        raise Refused("claim.bad-seconds", f"a claim holds for 1 to {_LONGEST} seconds, not {seconds}")


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Few enough for one statement."""
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
