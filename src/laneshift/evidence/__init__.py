"""What happened and how it can be proved: the journal, evidence files, remembered results."""
