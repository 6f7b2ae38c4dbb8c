"""Submissions: an agent's commit, looked at as an adversary's."""
