"""Numbered rows, read back as the lines of code that they show."""

import re


def rows_of(shown: str) -> list[tuple[int, str]]:
    """Each row: its number, 0 for what goes on, and its code."""
    rows = []
    for row in shown.split("\n")[:-1]:
        numbered = re.fullmatch(r"([ \d]{3,}?)  (.*)", row)
        assert numbered, row
        rows.append((int(numbered[1].strip() or 0), numbered[2]))
    return rows


def lines_of(shown: str) -> list[str]:
    """The lines, put together from their rows; the numbers count them."""
    lines: list[str] = []
    for number, row in rows_of(shown):
        if number:
            assert number == len(lines) + 1
            lines.append(row)
        else:
            lines[-1] += row
    return lines
