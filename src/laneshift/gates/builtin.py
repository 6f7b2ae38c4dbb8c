"""The gates that ship with laneshift, cheapest first."""

from __future__ import annotations

from laneshift.gates.context import Gate
from laneshift.gates.data import Data
from laneshift.gates.imports import Imports
from laneshift.gates.self_report import SelfReport
from laneshift.gates.smoke import Smoke

GATES: tuple[Gate, ...] = (Data(), SelfReport(), Imports(), Smoke())
