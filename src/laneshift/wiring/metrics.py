"""Who is told of measurements and traces. Nothing of it is loaded where nobody is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from laneshift.errors import install
from laneshift.runs.events import Event
from laneshift.runs.key_ring import ring_of
from laneshift.runs.workshop import Workshop
from laneshift.telemetry import choice
from laneshift.telemetry.metric import fit
from laneshift.wiring.keys import vault
from laneshift.wiring.missing import not_installed


def tell(shop: Workshop, wanted: choice.Choice) -> None:
    """Have everybody join who wants to know. Nothing of it is loaded where nobody does."""
    if wanted.remark:
        shop.report(Event("telemetry", wanted.remark))
    try:
        if wanted.file:
            from laneshift.telemetry.prometheus import Textfile  # noqa: PLC0415

            shop.telemetry.join(Textfile(_meter(shop), _label(shop), Path(wanted.file)))
        if wanted.agent:
            from laneshift.telemetry.dogstatsd import Agent  # noqa: PLC0415

            shop.telemetry.join(Agent(_meter(shop), _label(shop), wanted.agent))
    except ImportError as error:
        raise not_installed("monitoring", "telemetry.not-installed", "what tells of measurements") from error
    if wanted.traces:
        _trace(shop)


def _trace(shop: Workshop) -> None:
    try:
        from laneshift.telemetry.otlp import Traces  # noqa: PLC0415
    except ImportError:
        # Its variables are everybody's, and may have been set without a thought of us.
        shop.report(Event("telemetry", f"traces are not sent without the extra monitoring: {install('monitoring')}"))
        return
    shop.telemetry.join(Traces(shop.journal, None if shop.shared else shop.repository.state_dir / "telemetry"))


def serve_metrics(shop: Workshop, address: str) -> tuple[str, Callable[[], None]]:
    """Serve metrics at `host:port`, where 0 is any port, until what this gives besides the URL is called.

    Raises `Refused` where that cannot be.
    """
    host, port = choice.address(address)
    try:
        from laneshift.telemetry.prometheus import Own, answer  # noqa: PLC0415
    except ImportError as error:
        raise not_installed("monitoring", "telemetry.not-installed", "what serves metrics") from error
    meter = _meter(shop)
    port, end = answer(meter, _label(shop), host, port)
    shop.telemetry.join(Own(meter))
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/metrics", end


def metrics_text(shop: Workshop) -> Callable[[], bytes] | None:
    """What a scrape of `/metrics` is answered, as the text format of Prometheus; None without the extra monitoring."""
    try:
        from laneshift.telemetry.prometheus import Own, exposed  # noqa: PLC0415
    except ImportError:
        return None
    meter = _meter(shop)
    shop.telemetry.join(Own(meter))
    return exposed(meter, _label(shop))


def _meter(shop: Workshop) -> Any:
    from laneshift.runs.gauging import gauges  # noqa: PLC0415
    from laneshift.telemetry.meter import Meter  # noqa: PLC0415

    return Meter(shop.journal, shop.store, lambda: gauges(shop, lambda: ring_of(shop.repository, vault())))


def _label(shop: Workshop) -> str:
    return fit(shop.name or (shop.repository.work_dir or shop.repository.common_dir).name)
