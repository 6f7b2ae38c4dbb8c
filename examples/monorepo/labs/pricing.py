"""What an order costs: the price of each piece, less a discount for many."""

from __future__ import annotations

from .money import cents

MANY = 10
DISCOUNT = 5


def price(euros: float, pieces: int) -> int:
    """The price in cents; `MANY` pieces or more are `DISCOUNT` percent cheaper."""
    whole = cents(euros) * pieces
    return whole - whole * DISCOUNT // 100 if pieces >= MANY else whole
