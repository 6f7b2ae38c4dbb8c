"""What happens to one item: the nine steps, and the runner that gives them isolated processes."""
