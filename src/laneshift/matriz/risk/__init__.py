"""How likely an item is to want a person: a score with named factors, from what is known before it runs. Pure."""
