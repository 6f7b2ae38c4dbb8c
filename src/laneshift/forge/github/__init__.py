"""GitHub as a forge. `calls` alone imports its client library."""
