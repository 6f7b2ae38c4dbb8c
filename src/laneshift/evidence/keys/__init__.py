"""Keys: who signs, since when, until when; public halves in a ring, private ones in files of their own."""
