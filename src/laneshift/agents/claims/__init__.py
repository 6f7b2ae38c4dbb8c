"""Claims: leases of an agent on items and on the files that it may write."""
