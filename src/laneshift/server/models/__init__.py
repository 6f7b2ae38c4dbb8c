"""The facade below `/v1`: models, and what is made with them, as OpenAI's clients ask for it."""

from __future__ import annotations

MODELS = (
    "listing",
    "chat",
    "responses",
    "embeddings",
    "indexes",
    "dreams",
)
"""The modules here, each with a `router`. One that cannot be imported stops the start."""
