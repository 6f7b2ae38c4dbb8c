"""Claims with all that happens to them in the journal, and the work of those that lapsed on branches.

What happened is noted where claims are kept, in the same transaction. Whoever comes next tells the journal of it, once,
and then forgets the note: so a process that dies in between leaves nothing untold. A claim ends when work under it is
accepted. The acceptance is a record of the journal; whoever comes next and finds the claim still held lets it go.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from laneshift.agents.claims.content import ended_by, lost
from laneshift.agents.claims.keeping import keep, kept_ref
from laneshift.agents.claims.port import Claim
from laneshift.agents.claims.rows import Happened, Rows
from laneshift.agents.packs.ended import JUDGED, was_accepted
from laneshift.errors import Refused
from laneshift.evidence.port import JournalPort
from laneshift.repo.objects import Repository

KINDS = ("claim.taken", "claim.released", "claim.lapsed")


class RecordedClaims:
    """Fulfils `Claims`."""

    def __init__(self, rows: Rows, journal: JournalPort, repository: Repository) -> None:
        self._rows = rows
        self._journal = journal
        self._repository = repository

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
        """As the port says. Raises also what the journal raises."""
        asked = partial(self._rows.take, agent, plan, pack, items, files, seconds, base=base, branch=branch)
        try:
            return asked()
        except Refused as error:
            if error.code != "claim.taken" or not self._settled()[1]:
                raise
            return asked()
        finally:
            self.tell()

    def beat(self, claim: str, token: int, seconds: int) -> Claim:
        """As the port says."""
        try:
            self._current(claim, token)
            return self._rows.beat(claim, token, seconds)
        finally:
            self.tell()

    def release(self, claim: str, token: int, why: str) -> bool:
        """As the port says."""
        try:
            return self._rows.release(claim, token, why)
        finally:
            self.tell()

    def held(self, claim: str, token: int) -> Claim:
        """As the port says."""
        try:
            return self._current(claim, token)
        finally:
            self.tell()

    def lapse(self) -> list[Claim]:
        """As the port says."""
        gone = self._rows.lapse()
        self.tell()
        return gone

    def all(self) -> list[Claim]:
        """As the port says."""
        try:
            return self._settled()[0]
        finally:
            self.tell()

    def tell(self) -> None:
        """Have the journal know what happened; what it knows already changes nothing."""
        for happened in self._rows.untold():
            facts = {**happened.facts, **self._saved(happened)}
            key = f"claims/{happened.claim.token}/{happened.kind}"
            self._journal.append(key, f"claim.{happened.kind}", facts, at=happened.at * 1000)
            self._rows.told(happened)

    def _current(self, claim: str, token: int) -> Claim:
        """The claim if it holds and nothing was accepted under it. Raises `Refused` (`claim.lost`)."""
        found = self._rows.held(claim, token)
        if why := self._ended(found):
            self._rows.release(claim, token, why)
            raise lost(claim, why)
        return found

    def _settled(self) -> tuple[list[Claim], bool]:
        """All that hold when those were let go whose work was accepted, and whether there were any of these."""
        held, rows = [], self._rows.all()
        for claim in rows:
            if why := self._ended(claim):
                self._rows.release(claim.id, claim.token, why)
            else:
                held.append(claim)
        return held, len(held) < len(rows)

    def _ended(self, claim: Claim) -> str:
        """That work under the claim was accepted, as a reason to let it go; empty where none was."""
        told = self._journal.records(kind=JUDGED, prefix=f"{claim.plan}/submissions/{claim.pack}/")
        found = [each.facts for each in told if was_accepted(each.facts) and each.facts["claim"] == claim.id]
        return ended_by(str(found[-1]["record"])) if found else ""

    def _saved(self, happened: Happened) -> dict[str, str]:
        if happened.kind != "lapsed":
            return {}
        kept = keep(self._repository, happened.claim, happened.at)
        return {"kept": kept, "kept_at": kept_ref(happened.claim) if kept else ""}


def last_token(journal: JournalPort) -> int:
    """The highest token that the journal tells of; 0 before the first claim."""
    return max((int(record.facts["token"]) for record in journal.records(kind="claim.taken")), default=0)
