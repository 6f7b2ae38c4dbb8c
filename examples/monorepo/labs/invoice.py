"""One line of an invoice."""

from __future__ import annotations

import labs.pricing as pricing
from labs import money


def line(name: str, euros: float, pieces: int) -> str:
    """Name, pieces and price; see labs.pricing for what many pieces cost."""
    return f"{pieces} x {name}: {money.shown(pricing.price(euros, pieces))}"
