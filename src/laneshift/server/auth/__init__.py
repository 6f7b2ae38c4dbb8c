"""Who asks, and whether they may: access keys, principals, Cedar policies, and the log of decisions."""
