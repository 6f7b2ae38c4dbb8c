"""What stands before a route of the server costs, and what it holds off: `python -m bench server`."""
