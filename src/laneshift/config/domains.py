"""Settings about what modules are and promise: the canon and the rules of stars, and where contracts lie."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from laneshift.config.values import STRICT, Folder, Globs


class Stars(BaseModel):
    """Files of the tree that stand for the packaged canon and rules; empty, the packaged ones count."""

    model_config = STRICT
    canon: Folder = ""
    rules: Folder = ""


class Contracts(BaseModel):
    """The folder of the contracts, and the globs of files that hold benchmarks."""

    model_config = STRICT
    folder: Annotated[Folder, Field(min_length=1)] = "contracts"
    benchmarks: Globs = ["bench/**", "benchmarks/**", "**/bench_*.py", "**/benchmark_*.py", "**/test_bench*.py"]
