"""What this Python refuses about a file, be it the parser or the compiler."""

from __future__ import annotations

import ast
import warnings

from laneshift.code.facts.records import Problem
from laneshift.code.parsing import LARGEST_PARSED, PARSING

# Everything that CPython is known to raise on hostile source: bad syntax, NUL bytes, digits beyond the limit, cookies
# that name no text codec, and nesting beyond the stack of the parser or of the compiler.
REFUSALS = (SyntaxError, ValueError, LookupError, RecursionError, MemoryError, OverflowError, SystemError)


def refusal(data: bytes) -> Problem | None:
    """Why this Python cannot run the file; None when the compiler has taken all of it. Never raises.

    The compiler refuses what the parser does not: `return` outside a function, parameters of one name. Files over
    4 MiB are refused unread, as too large to be judged.
    """
    if len(data) > LARGEST_PARSED:
        return oversized()
    with PARSING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(data, "<blob>")
        except REFUSALS as error:
            return problem_of("parse", error)
        try:
            compile(tree, "<blob>", "exec", dont_inherit=True)
        except REFUSALS as error:
            return problem_of("compile", error)
    return None


def oversized() -> Problem:
    """What is said about a file that is too large for a syntax tree."""
    return Problem("parse", 0, f"larger than {LARGEST_PARSED} bytes")


def problem_of(stage: str, error: BaseException) -> Problem:
    """The problem that an exception of the parser or of the compiler tells."""
    line = error.lineno or 0 if isinstance(error, SyntaxError) else 0
    reason = error.msg if isinstance(error, SyntaxError) else str(error) or type(error).__name__
    return Problem("compile" if stage == "compile" else "parse", line, str(reason)[:200])


__all__ = ["LARGEST_PARSED", "REFUSALS", "oversized", "problem_of", "refusal"]
