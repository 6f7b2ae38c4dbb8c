"""The rules that suggest stars: weights, thresholds, what is left out, and what speaks for which star."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from laneshift.config.values import STRICT, Glob, PositiveShare, Words
from laneshift.manifests.stars import toml_form

Kind = Literal["capability_override", "node_override", "path_regex", "owner_prior", "dependency_hint"]
KINDS: tuple[Kind, ...] = ("capability_override", "node_override", "path_regex", "owner_prior", "dependency_hint")
"""The kinds of evidence, strongest first."""


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _readable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("holds characters that cannot be seen")
    return text


_Match = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_readable)]
_Matches = Annotated[list[_Match], BeforeValidator(_listed), Field(min_length=1, max_length=500)]


class Weights(BaseModel):
    """How much one fact of each kind says, as shares, exactly as written."""

    model_config = STRICT
    capability_override: PositiveShare = Decimal("0.60")
    node_override: PositiveShare = Decimal("0.50")
    path_regex: PositiveShare = Decimal("0.40")
    owner_prior: PositiveShare = Decimal("0.35")
    dependency_hint: PositiveShare = Decimal("0.30")

    def of(self, kind: Kind) -> Decimal:
        """The weight of a kind."""
        found: Decimal = getattr(self, kind)
        return found


class Thresholds(BaseModel):
    """The confidence from which a star is suggested, and from which it is promoted. Reaching it is enough."""

    model_config = STRICT
    min_suggest: PositiveShare = Decimal("0.50")
    min_autopromote: PositiveShare = Decimal("0.70")

    @model_validator(mode="after")
    def _ordered(self) -> Thresholds:
        if self.min_autopromote < self.min_suggest:
            raise ValueError("min_autopromote is less than min_suggest")
        return self


class Rule(BaseModel):
    """What speaks for a star: one of `match`. An expression for path_regex, whole names for every other kind."""

    model_config = STRICT
    star: Words
    kind: Kind
    match: _Matches


class Denial(BaseModel):
    """A star that paths never get."""

    model_config = STRICT
    star: Words
    paths: Annotated[list[Glob], Field(min_length=1)]
    reason: Words


class Rules(BaseModel):
    """A whole file of rules. `exclude` are globs of packages that nothing is suggested for."""

    model_config = STRICT
    weights: Weights = Weights()
    thresholds: Thresholds = Thresholds()
    exclude: list[Glob] = []
    deny: list[Denial] = []
    rules: Annotated[list[Rule], Field(min_length=1, max_length=2000)]


def parse(data: bytes, where: str) -> Rules:
    """The rules in the bytes of a TOML file. Raises `Refused` (`stars.bad-rules`) with every fault at once.

    Whether expressions compile and stars are canonical is the matter of `lint`.
    """
    return toml_form.read(Rules, data, where, "stars.bad-rules", "star rules")
