"""The team's settings: `laneshift.toml`, or `[tool.laneshift]` in `pyproject.toml`, read from a tree, never from disk.

Reading them from the base commit means that a change under test cannot loosen the rules it is tested by. An unknown
key, a wrong type and a bad value are each refused by name; nothing is ignored.
"""

from __future__ import annotations

from laneshift.config.agents import Agent
from laneshift.config.forge import Forge
from laneshift.config.gates import BUILT_IN, App, Command, Gates, is_gate_id
from laneshift.config.inventory import Inventory
from laneshift.config.manifests import Manifests
from laneshift.config.project import Landing, Lane, Tests
from laneshift.config.reading import FILE, load
from laneshift.config.rollout import Approval, Ceilings, Exceptions, Forced, Pins, Rollout
from laneshift.config.server import Server
from laneshift.config.settings import Settings, with_paths, with_pytest
from laneshift.config.values import glob_problem, is_principal
from laneshift.config.webauthn import Features, WebAuthn

__all__ = [
    "BUILT_IN",
    "FILE",
    "Agent",
    "App",
    "Approval",
    "Ceilings",
    "Command",
    "Exceptions",
    "Features",
    "Forced",
    "Forge",
    "Gates",
    "Inventory",
    "Landing",
    "Lane",
    "Manifests",
    "Pins",
    "Rollout",
    "Server",
    "Settings",
    "Tests",
    "WebAuthn",
    "glob_problem",
    "is_gate_id",
    "is_principal",
    "load",
    "with_paths",
    "with_pytest",
]
