"""The engine that moves modules."""

import pytest

pytest.register_assert_rewrite("tests.code.moves.forms")
