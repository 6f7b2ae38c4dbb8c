"""MATRIZ: questions about code, answered by small typed nodes with their reasons and their sources."""
