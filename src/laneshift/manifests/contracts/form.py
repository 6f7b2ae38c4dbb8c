"""What a contract says. The schema that is shipped, `contract.schema.json`, is made from these classes."""

from __future__ import annotations

import keyword
import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

VERSION = "1.0"
"""The version of the form."""

_STRICT = ConfigDict(frozen=True, extra="forbid", strict=True)
_ID = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.-]*)@v([1-9][0-9]*)")


def _dotted(text: str) -> str:
    if not all(part.isidentifier() and not keyword.iskeyword(part) for part in text.split(".")):
        raise ValueError(f"{text!r} is no dotted name")
    return text


def _seen(text: str) -> str:
    if not text.isprintable():
        raise ValueError("holds characters that cannot be seen")
    return text


def _tree_path(text: str) -> str:
    plain = text.partition("::")[0]
    if not plain.isprintable() or "\\" in plain or any(part in ("", ".", "..") for part in plain.split("/")):
        raise ValueError(f"{text!r} is no path inside the repository")
    return text


def _exact(value: Any) -> Any:
    return Decimal(repr(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}@v[1-9][0-9]{0,3}$")]
Semver = Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,5})(\.(0|[1-9][0-9]{0,5})){2}$")]
Dotted = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_dotted)]
Text = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_seen)]
MaybeText = Annotated[str, Field(max_length=2000), AfterValidator(_seen)]
Signature = Annotated[str, Field(min_length=2, max_length=20_000)]
TreePath = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_tree_path)]
Amount = Annotated[
    Decimal,
    BeforeValidator(_exact),
    Field(gt=0, le=Decimal(10) ** 15),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 10**15}),
]
Percent = Annotated[
    Decimal,
    BeforeValidator(_exact),
    Field(ge=0, le=100),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100}),
]
Tier = Literal["T1_critical", "T2_important", "T3_standard", "T4_experimental"]


class Capability(BaseModel):
    """Something that the module can do, and what it guarantees about it."""

    model_config = _STRICT
    name: Text
    type: Text
    guarantees: list[Text] = []


class Function(BaseModel):
    """A function or a method and its parameter list, in Python's notation; a default of `...` stands for any.

    Annotations count where they are written. A method's signature is what its caller passes, without `self`.
    """

    model_config = _STRICT
    name: Annotated[str, StringConstraints(pattern=r"^[^\W\d]\w*$", max_length=300)]
    signature: Signature
    is_async: bool = False


class Class(BaseModel):
    """A class and the methods that it promises."""

    model_config = _STRICT
    name: Annotated[str, StringConstraints(pattern=r"^[^\W\d]\w*$", max_length=300)]
    methods: list[Function] = []


class Events(BaseModel):
    """Names of events."""

    model_config = _STRICT
    publishes: list[Text] = []
    subscribes: list[Text] = []


class Interface(BaseModel):
    """What others may use."""

    model_config = _STRICT
    classes: list[Class] = []
    functions: list[Function] = []
    events: Events = Events()


class Dependencies(BaseModel):
    """What the module rests on: modules of the repository, packages from outside by import or distribution name,
    and contracts of others."""

    model_config = _STRICT
    internal: list[Dotted] = []
    external: list[Text] = []
    contracts: list[Id] = []


class Quality(BaseModel):
    """What is promised about the code: the least coverage in per cent, tests that are there, other statements."""

    model_config = _STRICT
    min_coverage: Percent | None = None
    tests: list[TreePath] = []
    statements: list[Text] = []


class Performance(BaseModel):
    """Targets: milliseconds at the 95th percentile, operations a second, mebibytes; and the benchmarks that tell.

    A benchmark is the path of a file, or `path::function`.
    """

    model_config = _STRICT
    p95_ms: Amount | None = None
    throughput: Amount | None = None
    memory: Amount | None = None
    benchmarks: list[TreePath] = []

    @property
    def has_targets(self) -> bool:
        """Whether anything is promised."""
        return not (self.p95_ms is self.throughput is self.memory is None)


class Security(BaseModel):
    """What is promised about safety."""

    model_config = _STRICT
    requires_auth: bool | None = None
    data_classification: MaybeText = ""
    network_calls: bool | None = None
    sandboxed: bool | None = None
    policies: list[Text] = []


class Observability(BaseModel):
    """What the module shows of itself."""

    model_config = _STRICT
    spans: list[Text] = []
    metrics: list[Text] = []
    logging: MaybeText = ""


class Break(BaseModel):
    """A version that broke the interface, and what about it."""

    model_config = _STRICT
    version: Semver
    description: Text
    names: list[Text] = []


class Deprecation(BaseModel):
    """A name of the interface that will go: `Class.method` for a method. `replacement` is a name of the interface, or
    a dotted name of the repository."""

    model_config = _STRICT
    name: Text
    since: Semver
    removal: Annotated[str, StringConstraints(pattern=r"^((0|[1-9][0-9]{0,5})(\.(0|[1-9][0-9]{0,5})){2})?$")] = ""
    replacement: MaybeText = ""


class Contract(BaseModel):
    """A whole contract."""

    model_config = _STRICT
    schema_version: Literal["1.0"]
    contract_id: Id
    module: Dotted
    version: Semver
    status: Literal["draft", "active", "deprecated"]
    tier: Tier
    owner: MaybeText
    purpose: Text
    capabilities: list[Capability] = []
    public_interface: Interface
    dependencies: Dependencies = Dependencies()
    quality_guarantees: Quality = Quality()
    performance_contract: Performance = Performance()
    security: Security = Security()
    observability: Observability = Observability()
    breaking_changes: list[Break] = []
    deprecations: list[Deprecation] = []

    @property
    def name(self) -> str:
        """The name of the contract, without its major version."""
        return name_and_major(self.contract_id)[0]

    @property
    def major(self) -> int:
        """The major version that its id says."""
        return name_and_major(self.contract_id)[1]


def name_and_major(contract_id: str) -> tuple[str, int]:
    """The parts of an id, `name@vN`. Raises `ValueError` for what is none."""
    found = _ID.fullmatch(contract_id)
    if found is None:
        raise ValueError(f"{contract_id!r} is no name@vN")
    return found[1], int(found[2])


def schema() -> dict[str, Any]:
    """The JSON schema of a contract, draft 2020-12, as it is shipped."""
    made = Contract.model_json_schema(mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:laneshift:contract:{VERSION}",
        **made,
        "title": "Contract of a module",
    }
