"""Durable runs behind one port. Only this package knows which engine there is."""
