"""Seeded faults: for each gate a change that it must catch, planted in whatever repository there is."""
