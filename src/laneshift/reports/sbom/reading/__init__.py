"""Files in which a project says what it needs, each read strictly: what cannot be read is told, never left out."""
