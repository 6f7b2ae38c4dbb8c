"""People who come in by passkey: their credentials, the ceremonies that prove them, and the sessions that follow."""
