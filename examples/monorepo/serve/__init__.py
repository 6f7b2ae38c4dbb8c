"""What customers depend on."""
