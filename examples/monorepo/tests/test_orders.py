from core.orders import invoice, total

ORDER = [("lamp", 19.99, 2), ("wick", 0.5, 10)]


def test_many_pieces_are_cheaper():
    assert total(ORDER) == 3998 + 475


def test_an_invoice_has_a_line_for_each():
    assert invoice(ORDER).splitlines() == ["2 x lamp: 39.98 EUR", "10 x wick: 4.75 EUR"]
