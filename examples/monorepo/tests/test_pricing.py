from unittest import mock

from labs.money import cents, shown
from labs.pricing import price


def test_cents():
    assert (cents(19.99), shown(5)) == (1999, "0.05 EUR")


def test_the_discount_can_be_another():
    with mock.patch("labs.pricing.DISCOUNT", 50):
        assert price(1, 10) == 500
