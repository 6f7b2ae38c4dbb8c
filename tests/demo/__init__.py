"""The demo's own decisions: comparing test runs, its batch file, its commands. Nothing here needs a network."""
