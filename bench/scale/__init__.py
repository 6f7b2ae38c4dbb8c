"""What would bind where ten thousand changes a day meet a repository of a million files: measured costs, simulated."""
