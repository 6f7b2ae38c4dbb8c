"""Submissions: a labelled set of good and bad ones, and what becomes of each."""
