"""Every metric there is. What the code emits and what dashboards and alerts ask for are named here and nowhere else.

A label has few values, known in advance or from the settings; items, plans, paths, people and texts are never labels:
they are without bound, and some are secret.
"""

from __future__ import annotations

from laneshift.telemetry.metric import Label, Metric, by_name

KINDS = (
    "absorb.recorded", "approval.automatic", "approval.given", "approval.refused", "approval.rested",
    "attestation.made", "canary.ended", "canary.recorded", "canary.started",
    "change.closed", "change.intended", "change.merged", "change.proposed", "exception.used",
    "flow.asked", "flow.began", "flow.cancel-asked", "flow.ended", "flow.failing", "flow.fanned", "flow.pinned",
    "flow.retried", "flow.scheduled", "flow.signal-taken", "flow.signalled", "flow.step-began", "flow.step-ended",
    "flow.stopping", "flow.taking-back", "gates.waived", "gates.waivers-judged",
    "item.claimed", "item.settled", "key.created", "key.retired", "key.revoked", "key.warned",
    "land.combined", "land.doubted", "land.ended", "land.followed", "land.following", "land.intended",
    "land.looked", "land.observed", "land.recorded", "land.started", "landing.frozen", "landing.thawed",
    "pins.drifted", "rollback.abandoned", "rollback.intended", "rollback.recorded", "run.ended",
    "run.pause-lifted", "run.paused", "run.stage-passed",
    "run.started", "selection.audited", "ship.ended", "ship.started", "step.began", "step.ended", "suite.ran",
    "train.cut", "worker.lease-lost",
)  # fmt: skip
STEPS = ("review", "check_deps", "create_tests", "move", "update_imports", "integrate", "test", "gates", "commit")
STATES = ("already-done", "held", "landed", "quarantined", "ready-to-land", "refused", "verified")
RESULTS = ("failed", "green", "landed", "nothing", "proposed", "red", "stopped")
STATUSES = ("2xx", "3xx", "4xx", "5xx", "none")
"""What a request was answered; `none` where whoever asked went away before."""

_STEP = Label("step", STEPS)
_OUTCOME = Label("outcome", ("errored", "failed", "not_applicable", "passed"))
_VERDICT = Label("verdict", ("errored", "failed", "not_applicable", "passed", "waived"))
_STATE = Label("outcome", STATES)
_RESULT = Label("result", RESULTS)
_STATUS = Label("status", STATUSES)
_MINUTES = (1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
_SECONDS = (0.05, 0.1, 0.25, 0.5, *_MINUTES)
_PARTS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_MANY = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)

JOURNAL_RECORDS = Metric("journal_records", "counter", "Records of the journal.", (Label("kind", KINDS),))
APPEND = Metric(
    "journal_append", "histogram", "Time this process took to append a record.", (), "seconds", _PARTS, own=True
)
MISSING = Metric("evidence_missing", "counter", "Evidence files that could not be read to count what is in them.")

ITEMS = Metric("items_settled", "counter", "Items that came to an end of their run, or were held.", (_STATE,))
ITEM_TIME = Metric("item", "histogram", "Time from an item's claim to its end.", (_STATE,), "seconds", _MINUTES)
STEPS_DONE = Metric("steps", "counter", "Steps that ended.", (_STEP, _OUTCOME))
STEP_TIME = Metric("step", "histogram", "Time that a step took.", (_STEP,), "seconds", _SECONDS)
LOOKUPS = Metric(
    "result_lookups", "counter", "Steps by where their result is from.", (Label("found", ("computed", "remembered")),)
)
VERDICTS = Metric("gate_verdicts", "counter", "Verdicts of gates on items.", (Label("gate"), _VERDICT))
VIOLATIONS = Metric("lane_violations", "counter", "New imports of items that no lane rule allows.")

ATTEMPTS = Metric(
    "landing_attempts", "counter", "Landings and checks that were begun.", (Label("aim", ("check", "land")),)
)
LANDINGS = Metric("landings", "counter", "Landings and checks that ended.", (_RESULT,))
LANDING_TIME = Metric("landing", "histogram", "Time that a landing took.", (_RESULT,), "seconds", _MINUTES)
RETRIES = Metric("landing_retries", "counter", "Swaps that failed since the target had moved.")
TRAIN = Metric("train_items", "histogram", "Items of a train.", (), "items", _MANY)
CULPRITS = Metric("culprits", "counter", "Items held since they turn tests red, or break lanes or imports.")
LANDED = Metric("items_landed", "counter", "Items that landed.")
SUITES = Metric("suite_runs", "counter", "Whole suites on trains.", (Label("outcome", ("green", "red")),))
TESTS = Metric(
    "suite_tests", "counter", "Tests of whole suites.", (Label("outcome", ("blamed", "flaky", "on_base", "passed")),)
)
ROLLBACKS = Metric("rollbacks", "counter", "Rollbacks that were carried out.")
TAKEN_BACK = Metric("items_taken_back", "counter", "Items that rollbacks took back.")
CANARIES = Metric("canaries", "counter", "Canaries with a result.", (Label("result", ("bad", "ok")),))
LEASES = Metric("leases_lost", "counter", "Times a worker found itself replaced.")

REQUESTS = Metric(
    "http_requests", "counter", "Requests to this server, by how they were answered.", (_STATUS,), own=True
)
REQUEST_TIME = Metric(
    "http_request",
    "histogram",
    "Time from a request to this server until its answer began.",
    (Label("route", most=100), _STATUS),
    "seconds",
    (*_PARTS, 5.0, 10.0),
    own=True,
)

QUEUE = Metric(
    "queue_items",
    "gauge",
    "Items asked for and not at an end (waiting, running, landing), and proved ones that nobody lands (ready).",
    (Label("state", ("landing", "ready", "running", "waiting")),),
    "items",
)
QUEUE_SINCE = Metric("queue_oldest", "moment", "When the oldest of what waits, runs or lands was asked for.")
WORKERS = Metric("workers_active", "gauge", "Workers that have an item in hand.")
KEY_MADE = Metric(
    "key_created", "moment", "When the key that signs was made.", (Label("purpose", ("attestation", "journal")),)
)
CEILING = Metric(
    "ceiling_left", "gauge", "Items that a ceiling still lets land.", (Label("ceiling", ("per_day",)),), "items"
)

CATALOGUE: tuple[Metric, ...] = (
    JOURNAL_RECORDS, APPEND, MISSING, ITEMS, ITEM_TIME, STEPS_DONE, STEP_TIME, LOOKUPS, VERDICTS, VIOLATIONS, ATTEMPTS,
    LANDINGS, LANDING_TIME, RETRIES, TRAIN, CULPRITS, LANDED, SUITES, TESTS, ROLLBACKS, TAKEN_BACK, CANARIES, LEASES,
    REQUESTS, REQUEST_TIME, QUEUE, QUEUE_SINCE, WORKERS, KEY_MADE, CEILING,
)  # fmt: skip
BY_NAME = by_name(CATALOGUE)
