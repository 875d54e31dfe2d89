"""When a run is interrupted, and when its kernel is killed."""

from interpreter.kernels.patience import Patience, Step


def steps(patience: Patience, *, until: float, stops: bool = False, begun: float = 0) -> list[tuple[float, Step]]:
    """What happens within so many seconds, looking every tenth."""
    moments = [tenth / 10 for tenth in range(int(until * 10) + 1)]
    looked = [(now, patience.next_step(now, stops=stops, kills=False, has_begun=now >= begun)) for now in moments]
    return [(now, step) for now, step in looked if step != "go on"]


def test_a_run_without_limit_goes_on() -> None:
    assert steps(Patience(0, None), until=1000) == []


def test_interrupted_then_again_then_killed() -> None:
    assert steps(Patience(0, None), until=5, stops=True) == [(0, "interrupt"), (2, "interrupt"), (5, "kill")]


def test_code_that_has_not_begun_is_given_a_moment() -> None:
    assert steps(Patience(0, None), until=1, stops=True, begun=0.3) == [(0.3, "interrupt")]
    assert steps(Patience(0, None), until=1, stops=True, begun=9) == [(0.5, "interrupt")]


def test_the_time_limit_stops_and_is_the_reason() -> None:
    patience = Patience(0, 3)

    assert steps(patience, until=8) == [(3, "interrupt"), (5, "interrupt"), (8, "kill")]
    assert patience.reason == "timed_out"


def test_a_wish_to_kill_is_granted_at_once() -> None:
    patience = Patience(0, None)

    assert patience.next_step(0, stops=True, kills=True, has_begun=False) == "kill"
    assert patience.reason == "interrupted"


def test_waiting_for_a_person_does_not_count() -> None:
    patience = Patience(0, 3)
    patience.extend(10)

    assert steps(patience, until=12.9) == []


def test_time_in_which_nobody_could_look_brings_no_kill_nearer() -> None:
    patience = Patience(0, None)
    assert steps(patience, until=1, stops=True) == [(0, "interrupt")]
    patience.extend(60)

    assert patience.next_step(61, stops=True, kills=False, has_begun=True) == "go on"
    assert patience.next_step(62, stops=True, kills=False, has_begun=True) == "interrupt"
    assert patience.next_step(65, stops=True, kills=False, has_begun=True) == "kill"
