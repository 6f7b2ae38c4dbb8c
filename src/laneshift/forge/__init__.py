"""Where people talk about changes: issues now; kept in this repository, or at a forge of theirs."""
