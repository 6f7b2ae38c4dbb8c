"""The door of MATRIZ: a conversation in, an answer with its sources out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from laneshift.matriz.budget import Budget, Stage
from laneshift.matriz.graph import From, Graph, Seen, Step, graph_of
from laneshift.matriz.node import AnyNode
from laneshift.matriz.nodes import facts, plan
from laneshift.matriz.orchestrator import Orchestrator
from laneshift.matriz.questions.conversation import asked as question_of
from laneshift.matriz.questions.records import Topic
from laneshift.matriz.quiet import Quiet
from laneshift.matriz.records import Findings, Meaning, Told, Wanted
from laneshift.matriz.trace import Origin

_WITHOUT_TREE = frozenset({Topic.ARITHMETIC, Topic.HELP, Topic.UNKNOWN})
_NOT_ALL = "*This is not all: time ended before everything was looked at. Asked again, I go on from where I am.*"
_READING = "I am still reading this repository. Ask again in a moment."
_NO_TOOLS = (
    "I do not know: to answer that I would have to look into the repository, which this question does not allow."
)


@dataclass(frozen=True, slots=True)
class Source:
    """What an answer rests on, in the tree that it is about.

    `kind` is `import`, `module`, `file`, `symbol`, `edit`, `notice`, `lane`, `item`, `test`, `log` or `memory`. `path`
    is a path of the tree; for what is no file (`item`, `lane`) it is empty. `line` counts from 1, None where a whole
    file is meant. `text` is what stands there, in a few words.
    """

    kind: str
    path: str
    line: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` is Markdown; every path and module in it exists in the tree, or was named by who asked.

    `knows` is false where it says that it does not know; `partial` where time ended before everything was looked at,
    which the text says. `confidence` is from 0 to 1. `trace` is the id of the run's trace, empty where there was none.
    """

    text: str
    sources: tuple[Source, ...]
    confidence: float
    knows: bool
    partial: bool
    trace: str


class Answerer(Protocol):
    """Answers the last message of a conversation. The same conversation and repository give the same answer."""

    async def answer(
        self, messages: Sequence[Mapping[str, str]], *, tools_allowed: bool = True, traceparent: str = ""
    ) -> Answer:
        """`messages` have `role` and `content`, oldest first.

        Without `tools_allowed` nothing is asked of the repository: only what needs none of it is answered.
        `traceparent` is that of who asks (W3C Trace Context), "" for that of the request that `linking` knows of.
        """
        ...


class Matriz:
    """Answers by the graph of nodes. For any number of questions at once.

    `ready` waits a moment for the repository to be read, and says whether it is. `quiet` is told of every question.
    """

    def __init__(
        self,
        orchestrator: Orchestrator,
        ready: Callable[[], Awaitable[bool]],
        budget: Budget | None = None,
        quiet: Quiet | None = None,
    ) -> None:
        self.orchestrator = orchestrator
        self.graph = answers(orchestrator.nodes)
        self._ready = ready
        self._budget = budget or Budget()
        self._quiet = quiet or Quiet()

    async def answer(
        self, messages: Sequence[Mapping[str, str]], *, tools_allowed: bool = True, traceparent: str = ""
    ) -> Answer:
        """As `Answerer` says."""
        with self._quiet.answering():
            return await self._answer(messages, tools_allowed, traceparent)

    async def _answer(self, messages: Sequence[Mapping[str, str]], tools_allowed: bool, traceparent: str) -> Answer:
        if question_of(messages).topic not in _WITHOUT_TREE:
            if not tools_allowed:
                return Answer(_NO_TOOLS, (), 0.0, knows=False, partial=False, trace="")
            if not await self._ready():
                return Answer(_READING, (), 0.0, knows=False, partial=True, trace="")
        origin = Origin.of(traceparent) if traceparent else None
        outcome = await self.orchestrator.run(self.graph, list(messages), budget=self._budget, origin=origin)
        told = outcome.answer
        if not isinstance(told, Told):
            text = "I do not know: time ended before there was an answer."
            return Answer(text, (), 0.0, knows=False, partial=True, trace=outcome.trace.id)
        text = f"{told.text}\n\n{_NOT_ALL}" if outcome.partial else told.text
        sources = tuple(Source(one.kind, one.path, one.line, one.text) for one in told.sources)
        later = any(isinstance(each, Findings) and each.pending for each in outcome.outputs.values())
        return Answer(text, sources, told.confidence, told.knows, outcome.partial or later, outcome.trace.id)

    def close(self) -> None:
        """End what it works with."""
        self.orchestrator.close()


def answers(nodes: Mapping[str, AnyNode]) -> Graph:
    """The graph of every answer: what is wanted, what that means here, what is found, checked, and told."""
    meaning = {"meaning": From("retrieve")}
    steps = [
        Step("intent", "parse-intent", Stage.INTENT, {"asked": From(path="asked"), "earlier": From(path="earlier")}),
        Step("retrieve", "retrieve", Stage.DECISION, {"wanted": From("intent")}, when=_is_understood),
        Step("facts", "facts", Stage.PROCESSING, meaning, when=_about(facts.TOPICS)),
        Step("math", "math", Stage.PROCESSING, meaning, when=_about({Topic.ARITHMETIC})),
        Step("compare", "compare", Stage.PROCESSING, meaning, when=_about({Topic.COMPARE})),
        Step("risk", "risk", Stage.PROCESSING, meaning, when=_about({Topic.RISK})),
        Step("plan", "plan", Stage.PROCESSING, meaning, when=_about(plan.TOPICS)),
        Step("validate", "validate", Stage.VALIDATION, {**meaning, **_optional("facts math compare risk plan")}),
        Step(
            "explain",
            "explain",
            Stage.REFLECTION,
            {
                "wanted": From("intent", optional=True),
                "meaning": From("retrieve", optional=True),
                "checked": From("validate", optional=True),
            },
        ),
    ]
    return graph_of("answer", steps, "explain", nodes)


def _optional(names: str) -> dict[str, From]:
    return {name: From(name, optional=True) for name in names.split()}


def _is_understood(seen: Seen) -> bool:
    wanted = seen.get("intent")
    return isinstance(wanted, Wanted) and wanted.topic not in (Topic.UNKNOWN, Topic.HELP)


def _about(topics: set[Topic] | frozenset[Topic]) -> Callable[[Seen], bool]:
    def concerned(seen: Seen) -> bool:
        meaning = seen.get("retrieve")
        return isinstance(meaning, Meaning) and meaning.topic in topics and not meaning.problem

    return concerned
