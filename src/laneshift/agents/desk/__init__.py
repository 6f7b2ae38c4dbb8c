"""The desk: what an agent can ask for, as plain use cases. Whoever speaks with agents, by whatever wire, asks here."""
