"""The total of a column of numbers: a small model that has printed one takes its first number for the answer.

Told `Total: 32`, the embedded model answers with that; of a count, the smallest and the largest beside it, or of the
sum within a sentence, it took the wrong one, or none.
"""

from decimal import Decimal, InvalidOperation

FEWEST = 3
"""Numbers: of two, any model knows the sum."""

LONGEST = 20
"""Digits and signs of a number: what is longer is an identifier, or exact arithmetic."""


def total(text: str) -> str:
    """The exact sum, if every line is one number and there are some; else empty."""
    lines = [line.strip() for line in text.strip().splitlines()]
    if len(lines) < FEWEST or any(len(line) > LONGEST for line in lines):
        return ""
    try:
        numbers = [Decimal(line) for line in lines]
    except InvalidOperation:
        return ""
    return f"{sum(numbers):f}" if all(number.is_finite() for number in numbers) else ""
