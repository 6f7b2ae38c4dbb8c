"""Mending items that failed: who is sent, what they are told, what is taken of it, and what it changes."""
