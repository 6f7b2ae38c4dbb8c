"""Amounts of money, in cents."""

from __future__ import annotations


def cents(euros: float) -> int:
    """The amount in whole cents."""
    return round(euros * 100)


def shown(amount: int) -> str:
    """An amount as people read it."""
    return f"{amount // 100}.{amount % 100:02d} EUR"
