"""The content-addressed index: what the blobs of a repository say, remembered by blob id."""

from __future__ import annotations

from laneshift.code.index.index import Index

__all__ = ["Index"]
