"""It is quiet when nobody is answered, and was not for a while; whoever waits for that does not wait for ever."""

from __future__ import annotations

import threading

import pytest

from laneshift.matriz.quiet import Quiet

_LONG = 60.0


def test_it_is_quiet_a_while_after_the_last_answer() -> None:
    now = [100.0]
    quiet = Quiet(rest=2.0, now=lambda: now[0])
    assert quiet.left() == 0
    with quiet.answering():
        now[0] += 50
        with quiet.answering():
            assert quiet.left() == 2
        assert quiet.left() == 2
    assert quiet.left() == 2
    now[0] += 1.5
    assert quiet.left() == 0.5
    now[0] += 1
    assert quiet.left() == 0


def test_an_answer_that_fails_has_ended_too() -> None:
    quiet = Quiet(rest=0.0)
    with pytest.raises(KeyError), quiet.answering():
        raise KeyError
    assert quiet.left() == 0


def test_who_waits_goes_on_when_it_is_quiet_and_at_last_when_it_never_is() -> None:
    quiet, went_on = Quiet(rest=0.0, patience=_LONG), threading.Event()
    with quiet.answering():
        waiting = threading.Thread(target=lambda: (quiet.wait(), went_on.set()))
        # With a rest of nothing an answer stands in nobody's way: only a rest that lasts does.
        waiting.start()
    assert went_on.wait(_LONG)
    waiting.join(_LONG)
    impatient = Quiet(rest=_LONG, patience=0.01)
    with impatient.answering():
        impatient.wait()
        assert impatient.left() == _LONG
