"""Intent: what is asked, by rules over words."""

from __future__ import annotations

from laneshift.matriz.node import Context, Kind
from laneshift.matriz.questions.conversation import asked
from laneshift.matriz.questions.records import Topic
from laneshift.matriz.records import Asked, Wanted


class ParseIntent:
    """Reads the question, with what earlier ones make clear. Asks nothing of the repository."""

    name = "parse-intent"
    kind = Kind.INTENT
    takes = Asked
    gives = Wanted
    cost = 2.0
    timeout = 1.0

    def __init__(self, knows: object) -> None:
        """Rules need to know nothing."""

    async def run(self, given: Asked, context: Context) -> Wanted:
        """The topic and the names; `unknown` where no rule reads the question."""
        messages = [*({"role": one.role, "content": one.content} for one in given.earlier)]
        question = asked([*messages, {"role": "user", "content": given.asked}])
        context.go_on()
        known = question.topic is not Topic.UNKNOWN
        return Wanted(
            confidence=1.0 if known else 0.0,
            reasons=(f"the question has a form of {question.topic}" if known else "no form fits the question",),
            topic=question.topic,
            subject=question.subject,
            other=question.other,
            before=question.before,
            text=question.text,
        )
