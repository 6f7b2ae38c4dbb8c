"""What the report of how the work fares is made from: the journal, the keys, and the ceilings of the settings."""

from __future__ import annotations

from laneshift.reports.monitoring.model import Monitoring
from laneshift.reports.monitoring.observed import Period, observed
from laneshift.reports.monitoring.report import report
from laneshift.runs.gauging import gauges
from laneshift.runs.key_ring import ring_of
from laneshift.runs.workshop import Workshop
from laneshift.telemetry.meter import Seen
from laneshift.wiring import vault


def made(shop: Workshop, rev: str, days: int) -> Monitoring:
    """The report of the last `days`. `rev` is whose settings say what a day may land, by default the last commit's.

    Raises `Refused`: `monitoring.nothing` where nothing is told, and for a `rev` whose settings cannot be read;
    `CheckFailed` for a journal that is damaged.
    """
    if rev:
        shop.settings(shop.repository.tree(rev))
    standing = tuple(gauges(shop, lambda: ring_of(shop.repository, vault()), rev or "HEAD"))
    # To the end of this second: the clock of the settings tells no parts of it.
    period = Period(shop.now() * 1000 + 999, days)
    return report(observed(shop.journal.records(), Seen(shop.journal, shop.store), standing, period))
