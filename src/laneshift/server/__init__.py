"""The same use cases as the command line, over HTTP. `app` assembles everything, or the start fails."""
