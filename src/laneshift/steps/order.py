"""The nine steps, in the order in which every item goes through them."""

from __future__ import annotations

from laneshift.steps.check_deps import check_deps
from laneshift.steps.commit import commit
from laneshift.steps.create_tests import create_tests
from laneshift.steps.gates import gates
from laneshift.steps.integrate import integrate
from laneshift.steps.move import move
from laneshift.steps.review import review
from laneshift.steps.test import test
from laneshift.steps.update_imports import update_imports
from laneshift.steps.work import Step

STEPS: dict[str, Step] = {
    "review": review,
    "check_deps": check_deps,
    "create_tests": create_tests,
    "move": move,
    "update_imports": update_imports,
    "integrate": integrate,
    "test": test,
    "gates": gates,
    "commit": commit,
}
