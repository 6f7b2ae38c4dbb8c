"""The tools: what each is called, what it is asked and answers, and what a client may expect of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from laneshift.agents.desk import asked, told
from laneshift.agents.desk.desk import Desk
from laneshift.agents.desk.working import Working
from laneshift.agents.mcp import words

Ask = Callable[[Desk, Any, Working], told.Told]


@dataclass(frozen=True)
class Tool:
    """One tool. `words` puts an answer in a few lines. `heavy` ones may take minutes, and few of them run at once."""

    name: str
    title: str
    about: str
    asked: type[asked.Asked]
    told: type[told.Told]
    ask: Ask
    words: Callable[[Any], str]
    read_only: bool = True
    idempotent: bool = True
    destructive: bool = False
    heavy: bool = False

    @cached_property
    def takes(self) -> dict[str, Any]:
        """The JSON schema of its arguments."""
        return self.asked.model_json_schema()

    @cached_property
    def gives(self) -> dict[str, Any]:
        """The JSON schema of its structured answer."""
        return self.told.model_json_schema(mode="serialization")


TOOLS: dict[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool(
            "list_work",
            "List work",
            "The plans here with their packs and items: what is free, who holds what, and where each item is.",
            asked.ListWork,
            told.Work,
            Desk.list_work,
            words.of_work,
        ),
        Tool(
            "status",
            "Status",
            "Who you are here and what you may do; what is claimed and submitted, and which items want attention.",
            asked.Standing,
            told.Standings,
            Desk.status,
            words.of_standings,
        ),
        Tool(
            "explain_failure",
            "Explain a failure",
            "Why an item did not go through: its steps, the first red test and its place, the end of its log, risks.",
            asked.ExplainFailure,
            told.Failure,
            Desk.explain_failure,
            words.of_failure,
        ),
        Tool(
            "get_pack",
            "Get a pack",
            "The brief of a pack: mission, base commit, files that may be written, commands that have to pass, commit "
            "text, and what not to do.",
            asked.GetPack,
            told.Brief,
            Desk.get_pack,
            words.of_brief,
        ),
        Tool(
            "claim",
            "Claim a pack",
            "Hold a pack with its items and files for yourself, for a while. Answers with a claim and a token: show "
            "them to hold it for longer, and when you submit.",
            asked.Claim,
            told.Claimed,
            Desk.claim,
            words.of_claimed,
            read_only=False,
            idempotent=False,
        ),
        Tool(
            "release",
            "Release a claim",
            "Let go of a pack that you claimed and will not finish.",
            asked.Release,
            told.Released,
            Desk.release,
            words.of_released,
            read_only=False,
        ),
        Tool(
            "submit",
            "Submit a commit",
            "Have your commit for a pack judged: only files of the pack, no weakened tests, no secrets, the gates. "
            "Answers accepted, or refused with the line and the cure of each objection. May take minutes.",
            asked.Submit,
            told.Verdict,
            Desk.submit,
            words.of_verdict,
            read_only=False,
            heavy=True,
        ),
        Tool(
            "dry_run",
            "Dry run",
            "What would happen, with nothing of it done: landing a plan, items or a question in words on the current "
            "base; or how a commit or a patch for a pack would be judged. May take minutes.",
            asked.DryRun,
            told.Foreseen,
            Desk.dry_run,
            words.of_foreseen,
            heavy=True,
        ),
    )
}
