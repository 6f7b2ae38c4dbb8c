"""When somebody should be told. The thresholds are those of docs/monitoring.md; teams change them in their copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from laneshift.reports.monitoring.panels import ERRORS, LANDING_FAILURES, REQUEST_ERRORS, TAKEN_BACK
from laneshift.reports.monitoring.query import Age, Count, Quantile, Question
from laneshift.telemetry import catalogue as known

_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Alert:
    """Fires when the answer is above `above` for `lasting` (0m: at once). `window` is what is looked at each time."""

    name: str
    question: Question
    above: float
    window: Literal["5m", "15m", "1h", "1d"]
    lasting: str
    severity: Literal["warning", "critical"]
    says: str
    do: str


ALERTS: tuple[Alert, ...] = (
    Alert(
        "LaneshiftLatency", Quantile(known.APPEND), 0.25, "5m", "5m", "warning",
        "p95 of the time to append a record is above 250 ms: every step waits for it.",
        "Look at the disk or the database that holds the journal.",
    ),
    Alert(
        "LaneshiftErrors", ERRORS, 0.05, "15m", "5m", "critical",
        "More than 5 % of the steps crashed: not a fault of items.",
        "laneshift doctor; then laneshift inspect on one of the items.",
    ),
    Alert(
        "LaneshiftHttpLatency", Quantile(known.REQUEST_TIME), 0.25, "5m", "5m", "warning",
        "p95 of the time until the server answers is above 250 ms.",
        "See which route: the panel Time of a request. Then its lines in the log of the server.",
    ),
    Alert(
        "LaneshiftHttpErrors", REQUEST_ERRORS, 0.05, "15m", "5m", "critical",
        "More than 5 % of the requests to the server were answered with 5xx.",
        "The log of the server has a line for each; GET /readyz says what does not work.",
    ),
    Alert(
        "LaneshiftLandingFailures", LANDING_FAILURES, 0.2, "1h", "0m", "critical",
        "More than 20 % of the landings of the last hour failed.",
        "laneshift status; then laneshift land again, or resume.",
    ),
    Alert(
        "LaneshiftQueueAge", Age(known.QUEUE_SINCE), 2 * 60 * 60, "5m", "5m", "warning",
        "Something that was asked for two hours ago has not ended.",
        "laneshift status; laneshift resume where nobody works on it.",
    ),
    Alert(
        "LaneshiftKeyAge", Age(known.KEY_MADE, ("purpose",)), 80 * _DAY, "5m", "0m", "warning",
        "A key is 80 days old; it is to be rotated before day 90.",
        "laneshift keys rotate.",
    ),
    Alert(
        "LaneshiftKeyOverdue", Age(known.KEY_MADE, ("purpose",)), 90 * _DAY, "5m", "0m", "critical",
        "A key is 90 days old.",
        "laneshift keys rotate.",
    ),
    Alert(
        "LaneshiftRollbacks", TAKEN_BACK, 0.05, "1d", "0m", "critical",
        "More than 5 % of what landed in a day was taken back.",
        "Stop landing until it is known what the gates missed; raise the canary.",
    ),
    Alert(
        "LaneshiftLaneViolations", Count(known.VIOLATIONS), 0, "1h", "0m", "warning",
        "Items would have added imports that no lane allows.",
        "laneshift inspect on the items; laneshift lanes explain.",
    ),
    Alert(
        "LaneshiftLeasesLost", Count(known.LEASES), 2, "1h", "0m", "warning",
        "Workers were replaced more than twice in an hour.",
        "See whether they are paused or cut off from the database; lengthen LANESHIFT_LEASE_SECONDS.",
    ),
    Alert(
        "LaneshiftEvidenceMissing", Count(known.MISSING), 0, "1h", "0m", "critical",
        "Evidence that the journal speaks of could not be read.",
        "laneshift verify names the files.",
    ),
)  # fmt: skip
