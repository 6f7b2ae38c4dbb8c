"""What the nodes hand to each other."""

from __future__ import annotations

from laneshift.matriz.names import Kind as NameKind
from laneshift.matriz.node import Input, Output
from laneshift.matriz.questions.records import Topic


class Said(Input):
    """An earlier message."""

    role: str = "user"
    content: str = ""


class Asked(Input):
    """The question, and what was said before it."""

    asked: str
    earlier: tuple[Said, ...] = ()


class Wanted(Output):
    """What the question asks for, by its words alone: the fields of `questions.records.Question`."""

    topic: Topic
    subject: str = ""
    other: str = ""
    before: str = ""
    text: str = ""


class Name(Input):
    """What a name of the question means: the fields of `names.Meant`, and the name as it was written."""

    written: str = ""
    kind: NameKind = "missing"
    name: str = ""
    path: str = ""
    choices: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether it means one thing."""
        return self.kind not in ("several", "missing")


class Hit(Input):
    """Something that memory has."""

    path: str
    text: str
    near: float


class Meaning(Output):
    """What the question means in this repository.

    `lane` and `batch` are names of what there is, `dst` is a path to move to. `problem` says why it means nothing here,
    in Markdown; then nothing is looked up.
    """

    topic: Topic
    subject: Name = Name()
    other: Name = Name()
    lane: str = ""
    dst: str = ""
    batch: str = ""
    text: str = ""
    hits: tuple[Hit, ...] = ()
    problem: str = ""


class Given(Input):
    """What a node that retrieves is given."""

    wanted: Wanted


class Meant(Input):
    """What a node that answers is given."""

    meaning: Meaning


class Rest(Input):
    """What a statement rests on: the fields of `answering.Source`."""

    kind: str
    path: str
    line: int | None = None
    text: str = ""


class Statement(Input):
    """One line of an answer in Markdown, and what it rests on."""

    text: str
    rests: tuple[Rest, ...] = ()


class Findings(Output):
    """What a node found, line by line. With `knows` false they say why it does not know; `pending` says that it will,
    since it goes on with working it out."""

    statements: tuple[Statement, ...] = ()
    knows: bool = True
    pending: bool = False


class Found(Input):
    """All that was found, to be checked. Of what was not asked there is nothing."""

    meaning: Meaning
    facts: Findings | None = None
    math: Findings | None = None
    compare: Findings | None = None
    risk: Findings | None = None
    plan: Findings | None = None

    @property
    def findings(self) -> tuple[Findings, ...]:
        """Those that there are, in a fixed order."""
        found = (self.facts, self.math, self.compare, self.risk, self.plan)
        return tuple(each for each in found if each is not None)


class Checked(Output):
    """What was found and names only what there is. `cut` counts the lines that named something else."""

    statements: tuple[Statement, ...] = ()
    knows: bool = True
    cut: int = 0


class Explained(Input):
    """What an explanation is made of; what did not come to be is not there."""

    wanted: Wanted | None = None
    meaning: Meaning | None = None
    checked: Checked | None = None


class Told(Output):
    """The answer."""

    text: str
    sources: tuple[Rest, ...] = ()
    knows: bool = True
