"""What is said about a repository, line by line: pure functions of a warm tree and of what batches say."""
