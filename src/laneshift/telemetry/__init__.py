"""What is measured of the work: one catalogue, samples derived from the journal, and who is told of them."""
