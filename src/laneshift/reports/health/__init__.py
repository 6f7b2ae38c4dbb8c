"""How healthy a repository is: sections of figures, each with its limit, and what became of them over time."""
