"""What the star rules say about a tree: suggestions, promotions that may go out, what is held and why. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from laneshift.config import Settings
from laneshift.errors import CheckFailed, Fault
from laneshift.lanes.model import Lanes
from laneshift.manifests.stars.canon import REST, Canon
from laneshift.manifests.stars.evidence import Signal, Subject, Suggestion, shown, suggestion
from laneshift.manifests.stars.load import Loaded
from laneshift.manifests.stars.subjects import Seen
from laneshift.rollout.ceilings import Load, exceeded
from laneshift.rollout.exceptions import Use, verdict


@dataclass(frozen=True, slots=True)
class Promotion:
    """A module that gets a star. `confidence` has four decimals, and is empty where a person forced the star."""

    subject: Subject
    star: str
    confidence: str
    signals: tuple[Signal, ...]
    forced: str = ""
    """The reason that `force_promote` gives."""


@dataclass(frozen=True, slots=True)
class Held:
    """A suggestion that is no promotion, and why."""

    suggestion: Suggestion
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was found. `suggestions` are all of them, each is a promotion or held.

    `ceilings` are the ceilings that the promotions exceed: with one of them none goes out. `unread` are manifests that
    could not be understood, whose modules count nowhere, and forced stars that do not exist.
    """

    tree: str
    loaded: Loaded
    subjects: tuple[Subject, ...]
    suggestions: tuple[Suggestion, ...]
    promotions: tuple[Promotion, ...]
    held: tuple[Held, ...]
    uses: tuple[tuple[str, Use], ...]
    ceilings: tuple[Fault, ...]
    unread: tuple[Fault, ...]

    @property
    def canon(self) -> Canon:
        """The canon that counted."""
        return self.loaded.canon

    @property
    def passes(self) -> bool:
        """Whether everything was understood and what there is to promote may go out."""
        return not self.ceilings and not self.unread

    @property
    def before(self) -> Mapping[str, int]:
        """How many modules each star has, in the order of the canon."""
        return self._counted(subject.star for subject in self.subjects)

    @property
    def after(self) -> Mapping[str, int]:
        """How many modules each star will have once the promotions have landed, whether ceilings let them or not."""
        now = {each.subject.path: each.star for each in self.promotions}
        return self._counted(now.get(subject.path, subject.star) for subject in self.subjects)

    def _counted(self, stars: Iterator[str]) -> Mapping[str, int]:
        counts = Counter(stars)
        return {star: counts[star] for star in self.canon.ids}


def report(tree: str, loaded: Loaded, seen: Seen, settings: Settings, lanes: Lanes, landed_today: int) -> Report:
    """Judge the modules of the tree with this id. `landed_today` are items that landed in the last 24 hours.

    A star that a module has is never taken away by rules: only modules with the star of everything else are promoted.
    Raises `CheckFailed` (`stars.nothing-checked`) for a tree without a module that could be judged.
    """
    if not seen.subjects:
        raise CheckFailed(
            "stars.nothing-checked",
            "there is no module to judge",
            where=tree,
            cure="see that the right tree is named, and that its manifests can be read",
            faults=seen.faults,
        )
    order = {star: at for at, star in enumerate(loaded.canon.ids)}
    judged = ((subject, suggestion(loaded.rules, order, subject)) for subject in seen.subjects)
    found = {subject.path: each for subject, each in judged if each is not None and each.star != subject.star}
    promotions: list[Promotion] = []
    held: list[Held] = []
    uses: list[tuple[str, Use]] = []
    for subject in seen.subjects:
        why, used = _excepted(settings, subject)
        suggested = found.get(subject.path)
        promotion, reason = _judged(loaded, settings, subject, suggested, why)
        if promotion is not None:
            promotions.append(promotion)
        elif suggested is not None:
            held.append(Held(suggested, reason))
        if promotion is not None or suggested is not None:
            uses.extend((subject.path, use) for use in used)
    faults = _ceilings(settings, seen, lanes, promotions, landed_today)
    return Report(
        tree, loaded, seen.subjects, tuple(found.values()), tuple(promotions), tuple(held), tuple(uses), faults,
        (*seen.faults, *_misforced(loaded, settings)),
    )  # fmt: skip


def _misforced(loaded: Loaded, settings: Settings) -> Iterator[Fault]:
    for path, wanted in sorted(settings.exceptions.force_promote.items()):
        if loaded.canon.get(wanted.star) is None:
            where = f"exceptions.force_promote.{path}"
            cure = " or ".join(loaded.canon.close(wanted.star)) or ", ".join(loaded.canon.ids)
            yield Fault("stars.unknown-star", where, f"{wanted.star!r} is not a star of the canon", cure)


def _excepted(settings: Settings, subject: Subject) -> tuple[str, tuple[Use, ...]]:
    """What the team's exceptions say: rules name the folder, its `__init__.py` or its manifest."""
    lift = _forced_path(settings, subject)
    return verdict(settings.exceptions, lift or subject.path, subject.manifest)


def _forced_path(settings: Settings, subject: Subject) -> str:
    paths = (subject.path, f"{subject.path}/__init__.py", subject.manifest, subject.handle)
    return next((path for path in paths if path in settings.exceptions.force_promote), "")


def _judged(
    loaded: Loaded, settings: Settings, subject: Subject, suggested: Suggestion | None, refused: str
) -> tuple[Promotion | None, str]:
    """The promotion of a module, or why there is none."""
    if refused:
        return None, refused
    lift = _forced_path(settings, subject)
    if lift:
        wanted = settings.exceptions.force_promote[lift]
        star = loaded.canon.get(wanted.star)
        if star is None:
            return None, f"exceptions.force_promote names {wanted.star!r}, which is not a star of the canon"
        if star.id == subject.star:
            return None, f"it is {star.id} already, by exceptions.force_promote"
        return Promotion(subject, star.id, "", (), wanted.reason), ""
    if suggested is None:
        return None, ""
    least = loaded.rules.thresholds.min_autopromote
    if suggested.confidence < Fraction(least):
        return None, f"{shown(suggested.confidence)} is less than {least}, which a promotion takes"
    if subject.star != REST:
        return None, f"it is {subject.star}, and a star that was given is for a person to change"
    return Promotion(subject, suggested.star, shown(suggested.confidence), suggested.signals), ""


def _ceilings(
    settings: Settings, seen: Seen, lanes: Lanes, promotions: list[Promotion], landed_today: int
) -> tuple[Fault, ...]:
    if not promotions:
        return ()
    loads = [_load(lanes, each) for each in promotions]
    promoted = {each.subject.path for each in promotions}
    others = [(subject.star,) for subject in seen.subjects if subject.path not in promoted]
    return exceeded(settings.ceilings, loads, landed_today, others)


def _load(lanes: Lanes, promotion: Promotion) -> Load:
    lane = lanes.lane_of(promotion.subject.manifest)
    stars = dict.fromkeys((promotion.star, *promotion.subject.secondary))
    return Load("" if lane is None else lane.name, tuple(stars), promotion.subject.path, bool(promotion.forced))
