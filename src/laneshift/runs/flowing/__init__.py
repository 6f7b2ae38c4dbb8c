"""Flows as they run: durably, on the engine of the batches, with effects that a repeat does not double."""
