"""Isolate a sub-package of a real project, delete it, and see what still works, by evidence."""
