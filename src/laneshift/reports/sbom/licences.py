"""Which licence a distribution says it has, in SPDX where that can be told. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from laneshift.reports.sbom.model import Licence

_PREFIX = "License :: "
_LONGEST = 80
_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "Boost Software License 1.0 (BSL-1.0)": "BSL-1.0",
    "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication": "CC0-1.0",
    "GNU Affero General Public License v3": "AGPL-3.0-only",
    "GNU Affero General Public License v3 or later (AGPLv3+)": "AGPL-3.0-or-later",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "GNU Lesser General Public License v2 (LGPLv2)": "LGPL-2.0-only",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.0-or-later",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "Universal Permissive License (UPL)": "UPL-1.0",
    "zlib/libpng License": "Zlib",
}
_SPOKEN = {
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "bsd 2-clause": "BSD-2-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd-3-clause license": "BSD-3-Clause",
    "mit license": "MIT",
    "the mit license": "MIT",
    "mpl 2.0": "MPL-2.0",
}


def licence_of(expression: str, text: str, classifiers: Iterable[str]) -> Licence:
    """The licence from a distribution's `License-Expression`, `License` and classifiers, in this order of trust.

    Several classifiers do not say whether all of them hold or any, so they make a name and no expression.
    """
    for said in (expression, text):
        found = _spdx(said)
        if found:
            return Licence(found)
    told = sorted({each.rpartition(" :: ")[2] for each in classifiers if each.startswith(_PREFIX)})
    known = [_CLASSIFIERS[each] for each in told if each in _CLASSIFIERS]
    if len(told) == 1 and known:
        return Licence(known[0])
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return Licence(name=_printable(" / ".join(told) or first)[:_LONGEST])


def _spdx(said: str) -> str:
    """The expression in the spelling of SPDX, empty where it is none."""
    words = said.strip()
    if not words or len(words) > _LONGEST or not words.isprintable():
        return ""
    try:
        return canonicalize_license_expression(_SPOKEN.get(words.lower(), words))
    except InvalidLicenseExpression:
        return ""


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()
