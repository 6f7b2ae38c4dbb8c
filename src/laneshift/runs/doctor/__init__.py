"""Doctor: what on this machine and in this repository would stop or weaken a batch, found by trying."""
