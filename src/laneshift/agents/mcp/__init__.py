"""The desk over the Model Context Protocol, on the official SDK: over standard input and output, and over HTTP."""
