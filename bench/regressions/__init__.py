"""How often rules about benchmarks are wrong on this machine: comparisons of the same code, and planted slowdowns."""
