"""Attestations: signed statements about what landed, in the formats of in-toto, SLSA, DSSE and Sigstore."""
