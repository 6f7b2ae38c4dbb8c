"""Routes by which people come in: ceremonies of passkeys, and who has which."""
