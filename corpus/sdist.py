"""What a pinned sdist is, and the ones that benchmarks and differential tests use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sdist:
    """One source distribution: its project and version, the SHA-256 of its file, and its file name.

    `package` is the folder of its importable package, below the folder that the archive holds.
    """

    project: str
    version: str
    sha256: str
    file: str
    package: str


DJANGO = Sdist(
    "Django", "5.2", "1a47f7a7a3d43ce64570d350e008d2949abe8c7e21737b351b6a1611277c6d89", "Django-5.2.tar.gz", "django"
)
NETWORKX = Sdist(
    "networkx",
    "3.6.1",
    "26b7c357accc0c8cde558ad486283728b65b6a95d85ee1cd66bafab4c8168509",
    "networkx-3.6.1.tar.gz",
    "networkx",
)
SYMPY = Sdist(
    "sympy",
    "1.13.3",
    "b27fd2c6530e0ab39e275fc9b683895367e51d5da91baa8d3d64db2565fec4d9",
    "sympy-1.13.3.tar.gz",
    "sympy",
)
PYGMENTS = Sdist(
    "pygments",
    "2.19.1",
    "61c16d2a8576dc0649d9f39e089b5f02bcd27fba10d8fb4dcc28173f7a45151f",
    "pygments-2.19.1.tar.gz",
    "pygments",
)
ANSIBLE = Sdist(
    "ansible-core",
    "2.18.1",
    "14cac1f92bbdae881cb0616eddeb17925e8cb507e486087975e724533d9de74f",
    "ansible_core-2.18.1.tar.gz",
    "lib/ansible",
)
HOME_ASSISTANT = Sdist(
    "homeassistant",
    "2026.5.0",
    "497b09a981131e9f76642fc8da34b66657ab515553ba015d6ce84b0b1a0b27d2",
    "homeassistant-2026.5.0.tar.gz",
    "homeassistant",
)

ALL = (DJANGO, NETWORKX, SYMPY, PYGMENTS, ANSIBLE, HOME_ASSISTANT)
BY_NAME = {sdist.project.lower(): sdist for sdist in ALL}
