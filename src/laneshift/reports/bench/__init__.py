"""How fast the project is: a verdict from interleaved pairs of processes, percentiles that only describe."""
