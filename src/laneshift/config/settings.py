"""All settings of a tree, and what has to hold between its sections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, Field, model_validator

from laneshift.config.agents import Agent
from laneshift.config.audit import Audit
from laneshift.config.bench import Bench
from laneshift.config.coverage import Coverage
from laneshift.config.domains import Contracts, Stars
from laneshift.config.evidence import Attestations, Keys
from laneshift.config.fixer import Fixer
from laneshift.config.flows import Flows
from laneshift.config.forge import Forge
from laneshift.config.gates import Gates
from laneshift.config.health import Health
from laneshift.config.inventory import Inventory
from laneshift.config.manifests import Manifests
from laneshift.config.models import Model
from laneshift.config.models import Name as ModelName
from laneshift.config.openapi import OpenApi
from laneshift.config.project import Landing, Lane, Tests
from laneshift.config.rollout import Approval, Ceilings, Exceptions, Pins, Rollout
from laneshift.config.server import Server
from laneshift.config.values import STRICT, Folder
from laneshift.config.webauthn import Features, WebAuthn


class Settings(BaseModel):
    """Everything a team can set. The defaults suit a repository that has no configuration at all."""

    model_config = STRICT
    target: str = ""
    workers: int = Field(default=0, ge=0, le=256)
    source_roots: list[Folder] = []
    characterization_dir: Annotated[Folder, Field(min_length=1)] = "tests/moves"
    commit_scopes: list[str] = []
    lanes: dict[str, Lane] = {}
    lanes_baseline: Annotated[Folder, Field(min_length=1)] = ".laneshift/lanes-baseline.txt"
    tests: Tests = Tests()
    gates: Gates = Gates()
    manifests: Manifests = Manifests()
    landing: Landing = Landing()
    forge: Forge = Forge()
    rollout: Rollout = Rollout()
    approval: Approval = Approval()
    agents: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]{0,39}$")], Agent] = {}
    fixer: Fixer = Fixer()
    ceilings: Ceilings = Ceilings()
    exceptions: Exceptions = Exceptions()
    pins: Pins = Pins()
    stars: Stars = Stars()
    contracts: Contracts = Contracts()
    openapi: OpenApi = OpenApi()
    audit: Audit = Audit()
    inventory: Inventory = Inventory()
    attestations: Attestations = Attestations()
    keys: Keys = Keys()
    coverage: Coverage = Coverage()
    bench: Bench = Bench()
    health: Health = Health()
    server: Server = Server()
    features: Features = Features()
    webauthn: WebAuthn = WebAuthn()
    flows: Flows = Flows()
    models: dict[ModelName, Model] = {}

    @model_validator(mode="after")
    def _fit_together(self) -> Settings:
        faults = [*self._agents_among_people(), *self._unknown_lanes(), *self._passkeys_of_no_site()]
        faults += self._fixer_of_no_agent()
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _agents_among_people(self) -> Iterator[str]:
        people = {name.casefold() for name in self.approval.people}
        for name, agent in self.agents.items():
            if agent.email.casefold() in people:
                yield f"approval.people: {agent.email} is agents.{name}, and an agent never approves"

    def _fixer_of_no_agent(self) -> Iterator[str]:
        if self.fixer.agent and self.fixer.agent not in self.agents:
            yield f"fixer.agent: agents.{self.fixer.agent} has to say who that is"

    def _passkeys_of_no_site(self) -> Iterator[str]:
        if self.approval.passkeys and not self.webauthn.rp_id:
            yield "approval.passkeys: webauthn.rp_id and webauthn.origins have to say of which site"

    def _unknown_lanes(self) -> Iterator[str]:
        """A limit or a leave for a lane that does not exist would never be seen. Folders as lanes are known later."""
        named = {"approval.auto_approve": self.approval.auto_approve, "ceilings.per_lane": list(self.ceilings.per_lane)}
        for key, lanes in named.items():
            for lane in lanes:
                if self.lanes and lane not in self.lanes:
                    yield f"{key}: {lane!r} is the name of no lane"


def with_pytest(settings: Settings) -> Settings:
    """The same settings with pytest as the test command, unless it is that already."""
    if any(word == "pytest" or word.endswith("/pytest") for word in settings.tests.command):
        return settings
    plain = Tests.model_fields["command"].default
    return settings.model_copy(update={"tests": settings.tests.model_copy(update={"command": plain, "paths": []})})


def with_paths(settings: Settings, paths: list[str]) -> Settings:
    """The same settings with these paths as what the whole suite is."""
    return settings.model_copy(update={"tests": settings.tests.model_copy(update={"paths": paths})})
