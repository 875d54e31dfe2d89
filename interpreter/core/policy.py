"""What may run without a question, decided without asking anyone."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias, assert_never

from interpreter.core.ports import AUTO_RUN, Approver, Decision, Refuse, Request, Run
from interpreter.core.rules import RULE, Judge, Ruling, Verdict, no_rules

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
    """An approver that rules and policy come before: they can allow or refuse, and else the question is asked.

    Where a rule fits, it decides, and else the policy, which may be changed between turns.
    """

    def __init__(self, policy: Policy, approver: Approver, judge: Judge = no_rules) -> None:
        self.policy = policy
        self._approver = approver
        self._judge = judge

    def decide(self, request: Request) -> Decision:
        """Approve, refuse or ask, as rules and policy say."""
        ruling = self._judge(request)
        if ruling is not None and (ruling.verdict != "allow" or self.policy(request) == "ask"):
            return self._as_ruled(ruling, request)
        verdict = self.policy(request)
        match verdict:
            case "allow":
                return Run(request.block, by=AUTO_RUN, sha256=request.sha256)
            case "refuse":
                return Refuse("A rule of the user forbids this code.", by="policy")
            case "ask":
                return self._unless_forbidden(self._approver.decide(request), request)
            case _:
                assert_never(verdict)

    def _as_ruled(self, ruling: Ruling, request: Request) -> Decision:
        match ruling.verdict:
            case "allow":
                return Run(request.block, by=f"{RULE}{ruling.rule}", sha256=request.sha256)
            case "refuse":
                return Refuse(FORBIDDEN.format(about=_about(ruling), rule=ruling.rule), by="policy")
            case "ask":
                decision = self._approver.decide(replace(request, rule=ruling.rule))
                if isinstance(decision, Refuse) and decision.by == "nobody" and self.policy(request) == "allow":
                    # Nobody was to be asked at all, so this is no reason to end the turn.
                    return Refuse(UNASKED.format(about=_about(ruling), rule=ruling.rule), by="policy")
                return self._unless_forbidden(decision, request)
            case _:
                assert_never(ruling.verdict)

    def _unless_forbidden(self, decision: Decision, request: Request) -> Decision:
        """What was edited into something that a rule refuses does not run either."""
        if not isinstance(decision, Run) or decision.sha256 == request.sha256:
            return decision
        ruling = self._judge(replace(request, block=decision.block, kernel=decision.block.language))
        return self._as_ruled(ruling, request) if ruling is not None and ruling.verdict == "refuse" else decision


FORBIDDEN = (
    "A rule of the user forbids {about} ({rule}), so the code was not run. Do it without, or say that you cannot."
)
UNASKED = (
    "A rule of the user wants a question before {about} ({rule}), and nobody is there to be asked, so the code was not "
    "run. Do it without, or say that you cannot."
)


def _about(ruling: Ruling) -> str:
    return ruling.about or "this code"


class Nobody:
    """The approver where there is nobody to ask."""

    def decide(self, request: Request) -> Decision:
        """Refuse, in nobody's name."""
        return Refuse(by="nobody")
