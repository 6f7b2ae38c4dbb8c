"""The nodes that answers about code are made of, one a file; what they say is put together in `telling`."""
