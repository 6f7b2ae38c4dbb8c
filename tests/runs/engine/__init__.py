"""Tests of the durable engines."""

import pytest

pytest.register_assert_rewrite(
    *(f"tests.runs.engine.contract_{part}" for part in ("running", "failing", "waiting", "resuming")),
    "tests.runs.engine.driving",
)
