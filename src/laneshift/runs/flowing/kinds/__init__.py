"""Kinds of steps: each says what is wrong with its settings, and does its work so that a repeat changes nothing."""
