"""Says at the end of a run, where nobody can miss it, which languages were not tested."""

import pytest

NOT_TESTED = "does not run here"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for report in terminalreporter.stats.get("skipped", []) if isinstance(report.longrepr, tuple)]
    reasons = {report.longrepr[2].removeprefix("Skipped: ") for report in reports}
    missing = sorted(reason for reason in reasons if NOT_TESTED in reason)
    if missing:
        terminalreporter.section("LANGUAGES NOT TESTED", "!", red=True, bold=True)
    for reason in missing:
        terminalreporter.line(reason, red=True, bold=True)
