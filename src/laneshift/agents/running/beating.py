"""A claim that is held for as long as somebody works under it, and work that ends when the claim does not hold."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from laneshift.agents.claims.port import Claim, Claims
from laneshift.errors import LaneshiftError

_BEATS = 3
"""How often a claim is renewed in the time for which it holds."""


@contextmanager
def beating(claims: Claims, claim: Claim, seconds: int) -> Iterator[int]:
    """Hold `claim` for `seconds` from each beat on. Gives a descriptor that ends when the claim is lost.

    A place of claims that does not answer is asked again until the claim has lapsed: by then another may hold it.
    """
    ends, lost = os.pipe()
    over = threading.Event()

    def beat() -> None:
        until = time.monotonic() + seconds
        while not over.wait(seconds / _BEATS):
            try:
                claims.beat(claim.id, claim.token, seconds)
                until = time.monotonic() + seconds
            except LaneshiftError as error:
                if error.code == "claim.lost" or time.monotonic() >= until:
                    break
        os.close(lost)

    thread = threading.Thread(target=beat, name=f"beats of {claim.id}", daemon=True)
    thread.start()
    try:
        yield ends
    finally:
        over.set()
        thread.join()
        os.close(ends)
