"""The model `matriz` over a repository of nine thousand files: is it right, does it invent, is it quick."""
