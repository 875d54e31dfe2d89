"""Columns of numbers, added up."""

import pytest

from interpreter.core.columns import total


def test_a_column_of_numbers_is_added_up_exactly():
    assert total("3\n2\n20\n") == "25"
    assert total("\n0.1\n 0.2\n-0.30\n") == "0.00"
    assert total("1e3\n2\n3\n") == "1005"


@pytest.mark.parametrize(
    "text",
    ["", "12\n13", "1\n2\nthree", "1\n2\n3 apples", "1\n2\nnan", "inf\n1\n2", f"1\n2\n{'9' * 40}", "1,5\n2,5\n3,5"],
)
def test_what_is_no_column_of_numbers_is_not(text):
    assert total(text) == ""
