"""What may run without a question, decided without asking anyone."""

from collections.abc import Callable
from typing import Literal, TypeAlias, assert_never

from interpreter.core.ports import Approver, Decision, Refuse, Request, Run

Verdict: TypeAlias = Literal["allow", "ask", "refuse"]
Policy: TypeAlias = Callable[[Request], Verdict]


SHOWN = frozenset({"html", "svg"})
"""Languages of which nothing runs: a block becomes a file that is shown to the user."""


def ask_before_running(request: Request) -> Verdict:
    """The chat: a person sees every block, and decides about each that runs."""
    return "allow" if request.block.language in SHOWN else "ask"


def allow_all(request: Request) -> Verdict:
    """Auto-run: what confines the code is the box, not a question."""
    return "allow"


class Guarded:
    """An approver that the policy comes before: it can allow or refuse, and else the question is asked.

    `policy` may be changed between turns.
    """

    def __init__(self, policy: Policy, approver: Approver) -> None:
        self.policy = policy
        self._approver = approver

    def decide(self, request: Request) -> Decision:
        """Approve, refuse or ask, as the policy says."""
        verdict = self.policy(request)
        match verdict:
            case "allow":
                return Run(request.block, sha256=request.sha256)
            case "refuse":
                return Refuse("A rule of the user forbids this code.", by="policy")
            case "ask":
                return self._approver.decide(request)
            case _:
                assert_never(verdict)


class Nobody:
    """The approver where there is nobody to ask."""

    def decide(self, request: Request) -> Decision:
        """Refuse, in nobody's name."""
        return Refuse(by="nobody")
