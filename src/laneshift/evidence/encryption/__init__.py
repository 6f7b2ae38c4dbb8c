"""Secrets that are stored: sealed under a data key each, which is wrapped by a key that lies outside the repository."""
