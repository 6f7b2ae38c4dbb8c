"""Findings of audits and comments that ask for work: what they are, and which of them is which after an edit."""
