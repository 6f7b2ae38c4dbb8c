"""Trains: combining intents, finding culprits, compare-and-swap, the prepared revert."""
