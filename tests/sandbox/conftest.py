"""Says at the end of a run, where nobody can miss it, which boxes were not tried."""

import pytest

from tests.sandbox.machine import NOT_TRIED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for report in terminalreporter.stats.get("skipped", []) if isinstance(report.longrepr, tuple)]
    reasons = {report.longrepr[2].removeprefix("Skipped: ") for report in reports}
    missing = sorted(reason for reason in reasons if NOT_TRIED in reason)
    if missing:
        terminalreporter.section("BOXES NOT TRIED", "!", red=True, bold=True)
    for reason in missing:
        terminalreporter.line(reason, red=True, bold=True)
