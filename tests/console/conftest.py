"""A terminal for each test."""

from collections.abc import Iterator

import pytest

from tests.console.pseudo_terminal import PseudoTerminal


@pytest.fixture
def terminal() -> Iterator[PseudoTerminal]:
    with PseudoTerminal() as opened:
        yield opened
