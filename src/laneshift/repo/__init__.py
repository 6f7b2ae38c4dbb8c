"""Git as laneshift uses it: objects and refs in process, the git program for checkouts and transport."""
