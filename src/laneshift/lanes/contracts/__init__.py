"""Contracts in import-linter's own configuration, judged on our facts with the same result."""
