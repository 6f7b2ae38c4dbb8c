"""Named checks with a verdict that can never be empty, one gate per file."""
