"""Codemods: changes of many files that a program makes. Pure functions of a tree and of what was asked."""
