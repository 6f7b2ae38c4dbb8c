"""Tests before and after: whether those that were there still say all that they said. Pure."""
