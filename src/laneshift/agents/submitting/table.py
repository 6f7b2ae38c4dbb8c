"""Every check of a submission, in the order in which objections are told. One file each; nothing else is looked at."""

from __future__ import annotations

from collections.abc import Mapping

from laneshift.agents.submitting.checks import (
    filter as filtering,
)
from laneshift.agents.submitting.checks import (
    injection,
    kinds,
    ownership,
    protected,
    secrets,
    self_report,
    setup,
    shape,
    sizes,
    tests,
)
from laneshift.agents.submitting.ground import Check

CHECKS: Mapping[str, Check] = {
    shape.NAME: shape.check,
    ownership.NAME: ownership.check,
    kinds.NAME: kinds.check,
    protected.NAME: protected.check,
    setup.NAME: setup.check,
    sizes.NAME: sizes.check,
    secrets.NAME: secrets.check,
    injection.NAME: injection.check,
    tests.NAME: tests.check,
    filtering.NAME: filtering.check,
    self_report.NAME: self_report.check,
}
