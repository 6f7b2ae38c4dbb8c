"""`isolate-import`: production code stops importing an experimental lane when it is itself imported."""
