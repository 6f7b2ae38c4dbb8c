"""Tests of the nine steps and of the runner."""
