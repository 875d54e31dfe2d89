"""A model that fails, a conversation that gets long and money that runs out, at a real terminal."""

from tests.scripted_server import Fails, Says
from tests.terminal.test_chat_tty import code, quiet_folder, sits_down

__all__ = ["quiet_folder"]

BUSY = Fails(429, {"error": {"message": "Slow down"}}, {"Retry-After": "50"})


def test_a_wait_is_said_ctrl_c_ends_it_and_the_next_turn_works() -> None:
    with sits_down(BUSY, Says("Here I am.")) as (person, server):
        person.says("go").sees("test is busy: Slow down", "asked again in").presses_ctrl("c").sees("Stopped.")
        person.says("again").sees("Here I am.").leaves()
        assert len(server.requests) == 2


def test_what_was_shortened_is_said_and_code_can_read_it() -> None:
    long = code("for n in range(560):", "    print(f'row {n} is {n * 7919}')")
    reads = code(
        "import glob, tempfile",
        "paths = glob.glob(tempfile.gettempdir() + '/itp-*/earlier.txt')",
        "print('found', any('row 300 is 2375700' in open(path).read() for path in paths))",
    )
    script = [long, Says("Read."), long, Says("Read again."), reads, Says("It is all there.")]
    with sits_down(*script, arguments=("-y", "--context-window", "8000")) as (person, server):
        person.says("read").sees("Read.").says("read again").sees("To fit into the context of test", "Read again.")
        person.says("and now?").sees("found True", "It is all there.")
        sent = server.requests[-1]["messages"]
        assert sum(len(message["content"]) for message in sent) / 4 < 6000
        assert "row 300 is" not in sent[1]["content"] + sent[3]["content"] and "itp-" in sent[3]["content"]
        person.says("%tokens").sees("last turn", "session").leaves()


def test_a_spent_budget_ends_the_turn_and_not_the_chat() -> None:
    prices = ("--input-price", "10000", "--output-price", "10000", "--max-budget", "0.05")
    with sits_down(Says("Never asked."), arguments=prices) as (person, server):
        person.says("go").sees("The budget of $0.05", "--max-budget").says("%model").sees("test").leaves()
        assert server.requests == []
