"""Two consecutive releases of one project: what a year of work by others looks like, as one difference of trees."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.sdist import DJANGO, PYGMENTS, Sdist


@dataclass(frozen=True, slots=True)
class Pair:
    """An older release and the one after it."""

    older: Sdist
    newer: Sdist


_DJANGO = Sdist(
    "Django",
    "5.1.4",
    "de450c09e91879fa5a307f696e57c851955c910a438a35e6b4c895e86bedc82a",
    "Django-5.1.4.tar.gz",
    "django",
)
_NETWORKX = Sdist(
    "networkx",
    "3.4.2",
    "307c3669428c5362aab27c8a1260aa8f47c4e91d3891f48be0141738d8d053e1",
    "networkx-3.4.2.tar.gz",
    "networkx",
)
_NETWORKX_NEXT = Sdist(
    "networkx",
    "3.5",
    "d4c6f9cf81f52d69230866796b82afbccdec3db7ae4fbd1b65ea750feed50037",
    "networkx-3.5.tar.gz",
    "networkx",
)
_PYGMENTS = Sdist(
    "pygments",
    "2.18.0",
    "786ff802f32e91311bff3889f6e9a86e81505fe99f2735bb6d60ae0c5004f199",
    "pygments-2.18.0.tar.gz",
    "pygments",
)

PAIRS = {
    "django": Pair(_DJANGO, DJANGO),
    "networkx": Pair(_NETWORKX, _NETWORKX_NEXT),
    "pygments": Pair(_PYGMENTS, PYGMENTS),
}
