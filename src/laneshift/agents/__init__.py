"""Coding agents: who may work, what each is handed and holds, and what becomes of what it brings."""
