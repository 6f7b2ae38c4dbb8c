"""Contracts: what a module promises, written down, and held against what its code says."""
