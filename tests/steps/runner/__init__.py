"""Tests of the runner: real processes, with namespaces where the machine has them and always without."""
