from labs.exports import export


def test_rows_become_lines():
    assert export("csv", [("lamp", 2), ("wick", 10)]) == "lamp,2\nwick,10\n"
