"""What keeps a client from harming others: sizes, times, hosts, origins; and what every answer carries."""
