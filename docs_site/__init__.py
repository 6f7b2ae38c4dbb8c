"""The documentation site that `make docs` builds: what the code says of itself becomes pages, which nobody commits."""
