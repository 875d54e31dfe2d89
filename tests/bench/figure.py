"""What was measured: a figure of ours, its floor, and the goal."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

HEADINGS = ("what", "ours", "floor", "ratio", "goal")


@dataclass(frozen=True, slots=True)
class Figure:
    """One row; `most_ratio` bounds ours divided by the floor, `most` bounds ours itself, both in `unit`."""

    what: str
    ours: float
    floor: float | None
    unit: str
    most_ratio: float | None = None
    most: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.floor if self.floor else None

    @property
    def is_met(self) -> bool:
        """Whether the goal is reached; a figure without one is for information."""
        is_small = self.most is None or self.ours <= self.most
        return is_small and (self.most_ratio is None or self.ratio is None or self.ratio <= self.most_ratio)

    @property
    def record(self) -> dict[str, Any]:
        """Everything, for JSON."""
        return {**asdict(self), "ratio": self.ratio, "is_met": self.is_met}

    @property
    def row(self) -> tuple[str, ...]:
        """Everything, as the columns of the table."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return self.what, self._amount(self.ours), self._amount(self.floor), ratio, self._goal()

    def _amount(self, value: float | None) -> str:
        digits = 0 if abs(value or 0) >= 100 else 2 if self.unit == "s" else 1
        return "" if value is None else f"{value:.{digits}f} {self.unit}"

    def _goal(self) -> str:
        goals = [f"≤ {self.most_ratio:g} times"] if self.most_ratio is not None else []
        goals += [f"≤ {self._amount(self.most)}"] if self.most is not None else []
        return " ".join([*goals, *([] if self.is_met else ["MISSED"])])


def table(figures: Iterable[Figure]) -> str:
    """The figures as a table of text; also a table in Markdown."""
    rows = [HEADINGS, *(figure.row for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |" for row in rows]
    rule = f"|{'|'.join('-' * (width + 2) for width in widths)}|"
    return "\n".join([lines[0], rule, *lines[1:]])
