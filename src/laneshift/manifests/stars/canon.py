"""The canon: the stars there are. One file of data, and this is its one reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from laneshift.config.values import STRICT, Words
from laneshift.manifests.stars import toml_form

REST = "Supporting"
"""The star of every module that no other one claims. Each canon has it."""
_CODE, _WHAT = "stars.bad-canon", "canon"

_Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")]


class _Star(BaseModel):
    model_config = STRICT
    id: _Id
    emoji: Annotated[Words, Field(max_length=8)]
    domain: Words
    aliases: list[Words] = []


class _File(BaseModel):
    model_config = STRICT
    stars: Annotated[list[_Star], Field(min_length=2, max_length=200)]


@dataclass(frozen=True, slots=True)
class Star:
    """One star. `id` is how manifests, rules and reports write it."""

    id: str
    emoji: str
    domain: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Canon:
    """The stars in the order of their file."""

    stars: tuple[Star, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, in order."""
        return tuple(star.id for star in self.stars)

    def get(self, name: str) -> Star | None:
        """The star with this id, alias or emoji, without regard to upper and lower case; None when there is none."""
        wanted = name.strip().casefold()
        return next((star for star in self.stars if wanted in _names(star)), None)

    def close(self, name: str) -> tuple[str, ...]:
        """Ids that somebody who wrote `name` may have meant, best first."""
        names = {word: star.id for star in reversed(self.stars) for word in _names(star)}
        found = get_close_matches(name.strip().casefold(), sorted(names), n=3, cutoff=0.6)
        return tuple(dict.fromkeys(names[word] for word in found))


def parse(data: bytes, where: str) -> Canon:
    """The canon in the bytes of a TOML file. Raises `Refused` (`stars.bad-canon`) with every fault at once."""
    read = toml_form.read(_File, data, where, _CODE, _WHAT)
    canon = Canon(tuple(Star(star.id, star.emoji, star.domain, tuple(star.aliases)) for star in read.stars))
    if clashes := list(_clashes(canon.stars)):
        raise toml_form.refused(clashes, where, _CODE, _WHAT)
    return canon


def _clashes(stars: Iterable[Star]) -> Iterator[str]:
    told = list(stars)
    counted = Counter(name for star in told for name in _names(star))
    for name, count in sorted(counted.items()):
        if count > 1:
            yield f"{name!r} names {count} stars; upper and lower case are one name"
    if REST not in {star.id for star in told}:
        yield f"there is no star {REST!r}, which is that of everything else"


def _names(star: Star) -> set[str]:
    return {text.casefold() for text in (star.id, star.emoji, *star.aliases)}
