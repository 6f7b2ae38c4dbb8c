"""What is tried out."""
