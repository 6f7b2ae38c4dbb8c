"""Gate `rate-limits`: live responses carry rate-limit headers that count down and end in 429 with Retry-After."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from laneshift.gates.app import OnApp, app_inputs, asked
from laneshift.gates.context import Change, Ports
from laneshift.gates.faults import rate_limits as faults
from laneshift.gates.limit_headers import faults_in, remaining
from laneshift.gates.verdict import Status, Verdict, counted, errored


class RateLimits(OnApp):
    """One request is sent again and again by one client, as long as the limit lets it."""

    id = "rate-limits"
    description = "responses carry rate-limit headers whose values change, and end in 429 with Retry-After"
    cost = 16.0
    plant = staticmethod(faults.plant)

    def inputs(self, change: Change) -> Mapping[str, Any]:
        """The tree, the application, what is asked and how often."""
        limits = change.settings.gates.rate_limits
        return {**app_inputs(change), "requests": limits.requests, "path": limits.path or ""}

    def check(self, change: Change, ports: Ports) -> Verdict:
        """Failed says what is wrong with the limit; errored when nothing answered."""
        limits = change.settings.gates.rate_limits
        told, output = asked(change, ports, "limits", {"requests": limits.requests, "path": limits.path or ""})
        if "fault" in told:
            return errored(self.id, told["fault"], output)
        answers: Sequence[tuple[int, Mapping[str, str]]] = [(status, headers) for status, headers in told["answers"]]
        if not answers:
            return errored(self.id, "the application answered no request", output)
        what, bad = f"responses to {told['what']}", tuple(faults_in(answers, limits.requests))
        if not bad:
            return counted(self.id, len(answers), (), what, output)
        carrying = sum(remaining(headers) is not None for _, headers in answers)
        reason = f"{carrying} of {len(answers)} {what} say what remains: {bad[0]}"
        return Verdict(self.id, Status.FAILED, carrying, len(answers), reason, bad, output)
