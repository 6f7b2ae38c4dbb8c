"""Arithmetic that is safe to do for strangers: numbers and operators alone, by a syntax tree, every size bounded."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable
from fractions import Fraction

LONGEST = 200
_DIGITS, _POWER, _DEEPEST = 60, 128, 40
_SHOWN_PLACES = 12
_ORDERS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: lambda left, right: Fraction(left // right),
    ast.Mod: operator.mod,
}
_LEAD = re.compile(
    r"^(?:what is|what are|what does|how much is|how much are|how many is|calculate|compute|evaluate|work out|solve|"
    r"result of|the result of|what do you get for|=)\s+",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\s*(?:=|equals?|make|give|come to|is)?\s*$", re.IGNORECASE)
_WORDS = (
    (r"\bplus\b|\badded to\b", "+"),
    (r"\bminus\b|\bless\b", "-"),
    (r"\btimes\b|\bmultiplied (?:by|with)\b|[\u00d7\u00b7]|(?<=\d)\s*x\s*(?=\d)", "*"),
    (r"\bdivided by\b|\bover\b|\u00f7", "/"),
    (r"\bmodulo\b|\bmod\b", "%"),
    (r"\bto the power of\b|\braised to\b|\^", "**"),
    (r"\bsquared\b", "**2"),
    (r"\bcubed\b", "**3"),
    (r"(?:\bpercent\b|%)\s*of\b", "/100*"),
    (r"\band a half\b", "+0.5"),
    (r"\u2212", "-"),
)
_SAFE = re.compile(r"[0-9.\s+\-*/%()]+\Z")


class NotArithmeticError(ValueError):
    """The expression cannot be worked out; the text says why in a few words."""


def expression_in(text: str) -> str:
    """The expression that a question holds, in Python's notation; empty where it asks for no arithmetic."""
    said = _TAIL.sub("", _LEAD.sub("", text.strip()))
    root = re.fullmatch(r"(?:the )?square root of ([0-9.]+)", said, re.IGNORECASE)
    if root is not None:
        return f"sqrt({root.group(1)})"
    for word, sign in _WORDS:
        said = re.sub(word, sign, said, flags=re.IGNORECASE)
    said = re.sub(r"(?<=\d)[,_'](?=\d{3}(?!\d))", "", said)
    has_sign = re.search(r"[0-9.)]\s*(?:[+\-*/%]|\*\*)\s*[(\-0-9.]", said) is not None
    return said.strip() if has_sign and _SAFE.match(said) else ""


def worked_out(expression: str) -> Fraction:
    """The exact value. Raises `NotArithmeticError` for what is too large, divides by nothing or is no arithmetic."""
    if len(expression) > LONGEST:
        raise NotArithmeticError(f"it is longer than {LONGEST} characters")
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotArithmeticError("it is not an expression of numbers") from error
    return _value(tree.body, 0)


def shown(value: Fraction) -> str:
    """A whole number as it is, else a decimal number, with `≈` before it where it was rounded."""
    if value.denominator == 1:
        return str(value.numerator)
    scaled = round(value * 10**_SHOWN_PLACES)
    whole, rest = divmod(abs(scaled), 10**_SHOWN_PLACES)
    digits = f"{rest:0{_SHOWN_PLACES}d}".rstrip("0")
    sign = "-" if value < 0 else ""
    text = f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"
    return text if Fraction(scaled, 10**_SHOWN_PLACES) == value else f"≈ {text}"


def _value(node: ast.expr, depth: int) -> Fraction:
    if depth > _DEEPEST:
        raise NotArithmeticError("it is nested too deeply")
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        if not math.isfinite(node.value):
            raise NotArithmeticError("a number in it is too large")
        return _bounded(Fraction(str(node.value)))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = _value(node.operand, depth + 1)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        return _bounded(_joined(node, _value(node.left, depth + 1), _value(node.right, depth + 1)))
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "sqrt"
        and len(node.args) == 1
    ):
        return _root(_value(node.args[0], depth + 1))
    raise NotArithmeticError("it holds something other than numbers and + - * / // % **")


def _joined(node: ast.BinOp, left: Fraction, right: Fraction) -> Fraction:
    if isinstance(node.op, ast.Pow):
        return _power(left, right)
    order = _ORDERS.get(type(node.op))
    if order is None:
        raise NotArithmeticError("it holds something other than numbers and + - * / // % **")
    if isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod) and right == 0:
        raise NotArithmeticError("it divides by zero")
    return order(left, right)


def _power(left: Fraction, right: Fraction) -> Fraction:
    if right.denominator != 1 or abs(right) > _POWER:
        raise NotArithmeticError(f"its exponent is no whole number up to {_POWER}")
    if left == 0 and right < 0:
        raise NotArithmeticError("it divides by zero")
    return left ** int(right)


def _root(value: Fraction) -> Fraction:
    if value < 0:
        raise NotArithmeticError("it takes the root of a negative number")
    scale = 10 ** (2 * _SHOWN_PLACES + 2)
    return Fraction(math.isqrt(int(value * scale * scale)), scale)


def _bounded(value: Fraction) -> Fraction:
    if len(str(value.numerator)) > 2 * _DIGITS or len(str(value.denominator)) > 2 * _DIGITS:
        raise NotArithmeticError(f"a number in it has more than {2 * _DIGITS} digits")
    return value
