"""What MATRIZ asks of a repository, its plans and its journal: the real parts behind `matriz.knowledge`."""
