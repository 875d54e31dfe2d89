"""A column of numbers in a few words: a small model reads it, and can neither count nor add it up."""

from decimal import Decimal, InvalidOperation

FEWEST = 3
"""Numbers: of two, any model knows which is larger."""

LONGEST = 20
"""Digits and signs of a number: what is longer is an identifier, or exact arithmetic."""


def summary(text: str) -> str:
    """`41 numbers: sum 712, smallest 2, largest 50`, if every line is one number; else empty."""
    lines = [line.strip() for line in text.strip().splitlines()]
    if len(lines) < FEWEST or any(len(line) > LONGEST for line in lines):
        return ""
    try:
        numbers = [Decimal(line) for line in lines]
    except InvalidOperation:
        return ""
    if not all(number.is_finite() for number in numbers):
        return ""
    return f"{len(numbers)} numbers: sum {sum(numbers):f}, smallest {min(numbers):f}, largest {max(numbers):f}"
