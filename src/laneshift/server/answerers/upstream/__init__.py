"""Models of OpenAI-compatible upstreams, which the settings name. Needs the extra `models`."""
