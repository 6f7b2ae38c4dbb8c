"""Settings about module manifests: where they stand, which folders have one, and which are refused one."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from laneshift.config.values import STRICT, Folder, Globs, Words

_SET_ASIDE = ["**/tests", "**/test/test_*", "docs", "doc", "examples", "benchmarks"]
_BUILDS = ["**/build", "**/dist", "**/site-packages", "**/node_modules", "**/*.egg-info", "**/.tox", "**/.venv"]


class Manifests(BaseModel):
    """How manifests are kept. `folder` is where they all stand; empty, each stands in the folder that it describes.

    `set_aside` are globs of code that is no module of its own, such as tests: it is no part of the coverage. What the
    other globs name is a module that is refused a manifest, and stays in the coverage as missing. `legacy_prefixes`
    are starts of dotted names, or of paths with dots for slashes, that no module may have any more. `on_landing` says
    whether a landing regenerates the manifests that it has made stale.
    """

    model_config = STRICT
    folder: Folder = ""
    set_aside: Globs = _SET_ASIDE
    build_folders: Globs = _BUILDS
    quarantined: Globs = ["**/quarantine", "**/quarantined"]
    legacy_prefixes: list[Words] = []
    refuse_upper_case: bool = True
    goal: Annotated[float, Field(ge=0.0, le=1.0)] = 0.99
    on_landing: bool = True
