"""Landing by review: what was tested is put on a branch, people merge it at the forge, and the landing is recorded."""
