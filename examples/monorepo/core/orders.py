"""Orders, as the shop takes them."""

from __future__ import annotations

from labs.invoice import line
from labs.pricing import price


def total(order: list[tuple[str, float, int]]) -> int:
    """What an order costs, in cents."""
    return sum(price(euros, pieces) for _, euros, pieces in order)


def invoice(order: list[tuple[str, float, int]]) -> str:
    """The whole invoice."""
    return "\n".join(line(name, euros, pieces) for name, euros, pieces in order)
