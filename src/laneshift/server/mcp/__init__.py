"""The Model Context Protocol at `/mcp`, behind the same keys, policies and quotas as everything else."""
