"""A bill of materials: what the tool or a repository is made of, in CycloneDX, and what is known against it."""
