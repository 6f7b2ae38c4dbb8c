"""What each agent and person took, landed and lost: the journal's word held against git's."""
