"""Whether this Python compiles a source."""

from __future__ import annotations

import warnings


def compile_error(data: bytes, path: str) -> str:
    """What keeps this Python from compiling the source; empty when nothing does."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return str(error) or type(error).__name__
    return ""
