"""The report about agents, from the journal's word and git's. Pure.

Commits, files and lines are those of the commits that git has; the journal says what was taken and why it did not get
through. Where the two do not say the same, each difference is a fault by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from laneshift.errors import Refused
from laneshift.reports.agents.handed import Handed
from laneshift.reports.agents.journal import Told
from laneshift.reports.agents.model import STATES, Agent, Agents, Author, Commit, History, Rejected, Who

_NOBODY = Author("", "a plan that is not known here")


def report(told: Told, seen: History, authors: Mapping[str, Author], agents: Mapping[str, Who]) -> Agents:
    """The report. `authors` are those of plans by id, `agents` those of the settings by address in small letters.

    Raises `Refused` (`agents.nothing`) where nobody has taken or landed anything.
    """
    known = _people(told, seen, authors, agents)
    if not known:
        raise Refused(
            "agents.nothing",
            "nobody has taken or landed an item here",
            cure="laneshift plan FILE.tsv, then laneshift run",
        )
    made = [_agent(who, _Share.of(who, told, seen, authors), told, seen) for who in known.values()]
    ordered = sorted(made, key=lambda each: (-each.commits, -each.taken, each.who.email))
    faults = (*told.faults, *told.handing.faults, *_unknown(told, authors), *_differences(told, seen))
    return Agents(seen.tip, tuple(ordered), (*faults, *_strays(told, seen)))


class _Share:
    """What of all that happened is one's own."""

    def __init__(self, commits: list[Commit], told: Told, plans: set[str]) -> None:
        self.commits = commits
        self.states = {key: state for key, state in told.states.items() if key[0] in plans}
        self.rejected = [each for key, each in told.rejected.items() if key[0] in plans]
        self.gates = sum((told.gates[plan] for plan in sorted(plans & told.gates.keys())), Counter[str]())
        self.took = [spent for plan, spent in told.took if plan in plans]

    @classmethod
    def of(cls, who: Who, told: Told, seen: History, authors: Mapping[str, Author]) -> _Share:
        """Commits by their address, records by that of their plan's author."""
        own = [each for each in seen.commits if each.email.casefold() == who.email]
        plans = {plan for plan, _ in told.states} | set(told.gates)
        mine = {plan for plan in plans if authors.get(plan, _NOBODY).email.casefold() == who.email}
        return cls(own, told, mine)


def _agent(who: Who, share: _Share, told: Told, seen: History) -> Agent:
    mine = [
        seen.brought.get(each.key) or () for each in told.handing.brought if who.is_agent and each.agent == who.name
    ]
    states = Counter(share.states.values())
    counts = [each for commit in share.commits for each in commit.counts]
    rejected = sorted(share.rejected, key=lambda each: (each.plan, each.item))
    return Agent(
        who=who,
        states={state: states[state] for state in (*STATES, *sorted(states.keys() - set(STATES)))},
        commits=len(share.commits),
        taken_back=sum(each.oid in seen.taken_back for each in share.commits),
        files=len({each.path for each in counts}),
        added=sum(each.added or 0 for each in counts),
        deleted=sum(each.deleted or 0 for each in counts),
        gates=dict(sorted(share.gates.items())),
        rejected=tuple(rejected),
        milliseconds=sum(share.took),
        timed=len(share.took),
        landed=tuple((each.oid, each.item) for each in share.commits),
        handed=told.handing.of(who.name) if who.is_agent else Handed(),
        brought=len({path for paths in mine for path in paths}),
    )


def reasons(rejected: tuple[Rejected, ...]) -> dict[str, int]:
    """How many items were rejected at each step."""
    return dict(sorted(Counter(each.step or "before a step" for each in rejected).items()))


def _people(told: Told, seen: History, authors: Mapping[str, Author], agents: Mapping[str, Who]) -> dict[str, Who]:
    """Everybody, by address in small letters. Agents of the settings that did nothing yet are there as well, where
    anybody did something."""
    found: dict[str, Who] = {}
    for commit in seen.commits:
        found.setdefault(commit.email.casefold(), Who(commit.email.casefold(), commit.name))
    for plan, _ in told.states:
        author = authors.get(plan, _NOBODY)
        found.setdefault(author.email.casefold(), Who(author.email.casefold(), author.name))
    return {**found, **agents} if found or told.handing else {}


def _unknown(told: Told, authors: Mapping[str, Author]) -> Iterator[str]:
    for plan in sorted({plan for plan, _ in told.states} - set(authors)):
        yield f"plan {plan} is not known here, so nobody knows who made it"


def _differences(told: Told, seen: History) -> Iterator[str]:
    """Where the journal and git do not say the same."""
    items = {each.oid: each.item for each in seen.commits}
    accounted: set[str] = set()
    for key, (_, said) in told.landings.items():
        there = seen.landings.get(key)
        if there is None:
            yield f"{key}: the journal says that it landed, and it is not in the history of {seen.tip[:12]}"
            continue
        accounted.update(there)
        found = Counter(items[oid] for oid in there)
        for item in sorted((Counter(said) - found).keys()):
            yield f"{key}: the journal says that {item} landed, and git has no commit of it"
        for item in sorted((found - Counter(said)).keys()):
            yield f"{key}: git has a commit of {item}, of which the journal says nothing"
    for each in seen.commits:
        if each.oid not in accounted:
            yield f"{each.oid[:12]}: a landed commit of {each.item}, of which this journal says nothing"


def _strays(told: Told, seen: History) -> Iterator[str]:
    """Submissions that the journal accepted, and of which git says something else."""
    for each in told.handing.brought:
        written = seen.brought.get(each.key)
        if written is None:
            yield f"{each.key}: {each.agent} brought {each.commit[:12]}, and git does not have it"
            continue
        for path in written:
            if path not in each.files:
                yield f"{each.key}: {each.commit[:12]} of {each.agent} writes {path}, which is not its pack's"
