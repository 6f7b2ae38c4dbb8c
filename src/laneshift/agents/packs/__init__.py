"""Packs: the remaining work of a plan, cut into briefs whose write sets are disjoint."""
