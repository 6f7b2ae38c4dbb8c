from labs.reminders import remind
from serve.health import answer
from serve.legacy import complain


def test_the_shop_is_open():
    assert answer() == {"status": "open"}


def test_notes_are_counted():
    first = complain("too dark")
    assert remind("ada") == f"ada: reminder {first + 1}"
