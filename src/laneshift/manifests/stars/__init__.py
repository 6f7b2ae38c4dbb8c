"""Stars: the domain of every module, as facts about it suggest. The canon and the rules are data of the team's own."""
