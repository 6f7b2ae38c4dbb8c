"""What settings would suit a repository that has none: found from its tree and its history, each with a reason."""
