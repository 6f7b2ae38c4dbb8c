"""Vectors kept under names, and what is near to one: what MATRIZ remembers, and what clients of `/v1/indexes` keep."""
