"""What is worth watching: one panel for each question that somebody on duty asks. Every metric has its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from laneshift.reports.monitoring.query import Age, Count, Now, Quantile, Question, Share
from laneshift.telemetry import catalogue as known

Form = Literal["lines", "bars", "value"]
Unit = Literal["seconds", "number", "share"]


@dataclass(frozen=True, slots=True)
class Panel:
    """`lines` are the questions with what each is called; those that keep labels apart are called by them."""

    title: str
    why: str
    form: Form
    unit: Unit
    lines: tuple[tuple[str, Question], ...]


def _bars(title: str, why: str, count: Count) -> Panel:
    return Panel(title, why, "bars", "number", (_line(count),))


def _lines(title: str, why: str, unit: Unit, *asked: Question) -> Panel:
    return Panel(title, why, "lines", unit, tuple(map(_line, asked)))


def _value(title: str, why: str, asked: Question) -> Panel:
    return Panel(title, why, "value", "number", (_line(asked),))


def _line(asked: Question) -> tuple[str, Question]:
    if isinstance(asked, Share):
        return "share", asked
    if isinstance(asked, Quantile):
        return f"p{asked.q * 100:.0f}", asked
    return "" if asked.by else asked.metric.name.replace("_", " "), asked


_ERRED = {"outcome": ("errored",)}
_BAD = {"outcome": ("errored", "failed")}
_BAD_LANDINGS = {"result": ("failed", "stopped")}
_NOT_BLAMED = {"outcome": ("blamed", "flaky", "on_base")}

ERRORS = Share(Count(known.STEPS_DONE, where=_ERRED), Count(known.STEPS_DONE))
LANDING_FAILURES = Share(Count(known.LANDINGS, where=_BAD_LANDINGS), Count(known.LANDINGS))
TAKEN_BACK = Share(Count(known.TAKEN_BACK), Count(known.LANDED))
REMEMBERED = Share(Count(known.LOOKUPS, where={"found": ("remembered",)}), Count(known.LOOKUPS))
REQUEST_ERRORS = Share(Count(known.REQUESTS, where={"status": ("5xx",)}), Count(known.REQUESTS))

PANELS: tuple[Panel, ...] = (
    _value("Items landed", "What all of it is for.", Count(known.LANDED)),
    _value("Left of today's ceiling", "None left: nothing more lands today.", Now(known.CEILING)),
    _lines("Workers at work", "Workers that have an item in hand.", "number", Now(known.WORKERS)),
    _lines("Queue", "A line that only grows: nobody works.", "number", Now(known.QUEUE, ("state",))),
    _lines("Age of the queue", "How long the oldest item waits.", "seconds", Age(known.QUEUE_SINCE)),
    _bars("Items by outcome", "Quarantined and held ones wait for a person.", Count(known.ITEMS, ("outcome",))),
    _lines("Time of an item", "From its claim to its end.", "seconds", Quantile(known.ITEM_TIME, ("outcome",))),
    _lines("Time of a step", "Which of the nine takes longest.", "seconds", Quantile(known.STEP_TIME, ("step",))),
    _bars("Steps that did not pass", "Where items stop.", Count(known.STEPS_DONE, ("step",), _BAD)),
    _lines("Steps that crashed", "A fault of the machine or of laneshift, not of an item.", "share", ERRORS),
    _bars(
        "Gates that failed",
        "What keeps items from landing.",
        Count(known.VERDICTS, ("gate",), {"verdict": ("errored", "failed")}),
    ),
    _bars(
        "Gates that were waived",
        "What somebody signed for.",
        Count(known.VERDICTS, ("gate",), {"verdict": ("waived",)}),
    ),
    _bars("Lane violations", "New imports that no lane allows.", Count(known.VIOLATIONS)),
    _bars("Landings by result", "Landings and checks that ended.", Count(known.LANDINGS, ("result",))),
    _bars("Landings begun", "Those that never end stand here alone.", Count(known.ATTEMPTS, ("aim",))),
    _lines("Landings that failed", "Of all that ended.", "share", LANDING_FAILURES),
    _bars("Landings tried again", "The target moved while the train was tested.", Count(known.RETRIES)),
    _lines("Time of a landing", "From its start to its end.", "seconds", Quantile(known.LANDING_TIME, ("result",))),
    _lines(
        "Items of a train",
        "Small trains: many items were bad lately.",
        "number",
        Quantile(known.TRAIN, q=0.5),
        Quantile(known.TRAIN),
    ),
    _bars("Culprits", "Items that turn tests red only together with others.", Count(known.CULPRITS)),
    _bars("Whole suites", "Runs of all tests on a train.", Count(known.SUITES, ("outcome",))),
    _bars(
        "Tests in whole suites",
        "Flaky ones and those red on the base are not blamed.",
        Count(known.TESTS, ("outcome",), _NOT_BLAMED),
    ),
    _bars("Rollbacks", "Batches taken back.", Count(known.ROLLBACKS)),
    _lines("Items taken back", "Of those that landed.", "share", TAKEN_BACK),
    _bars("Canaries", "A bad one keeps its batch from going on.", Count(known.CANARIES, ("result",))),
    _lines("Age of keys", "Rotation is due from day 80 on.", "seconds", Age(known.KEY_MADE, ("purpose",))),
    _lines("Results remembered", "Steps that were not done again.", "share", REMEMBERED),
    _lines(
        "Time to record",
        "Every step waits for the journal.",
        "seconds",
        Quantile(known.APPEND, q=0.5),
        Quantile(known.APPEND),
    ),
    _bars("Journal records", "Silence while a batch runs: look.", Count(known.JOURNAL_RECORDS, ("kind",))),
    _bars("Requests to the server", "By how they were answered.", Count(known.REQUESTS, ("status",))),
    _lines("Requests that failed", "Answered with 5xx: a fault of the server.", "share", REQUEST_ERRORS),
    _lines("Time of a request", "Until its answer began.", "seconds", Quantile(known.REQUEST_TIME, ("route",))),
    _bars("Leases lost", "A worker was replaced while it slept or was cut off.", Count(known.LEASES)),
    _bars("Evidence missing", "Run `laneshift verify`: it names the files.", Count(known.MISSING)),
)
