"""The scored inventory: which modules of an experimental lane are worth promoting, where to, and at what price."""
