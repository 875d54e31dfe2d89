"""A conversation that outgrows what the model can see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import is_
from pathlib import Path

import pytest

from interpreter.asking.compacting import Compacting, Context, Keep, nowhere
from interpreter.asking.measure import Measure
from interpreter.asking.notes import ASK
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import BudgetReached, ContextTooLong, ModelFailed
from interpreter.core.messages import CodeBlock, Display, Execution, Instruction, Message, Reply, Spool, Text
from interpreter.core.ports import Delta, Finished, Noted, TextDelta, Usage, UsageDelta
from interpreter.llm.wire import Form, to_chat
from interpreter.storage.earlier import Earlier

WINDOW = 8_000
ROOM = WINDOW - WINDOW // 4
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@dataclass
class Reader:
    """A model that remembers what it was sent; asked for notes, it gives `notes`, or raises them."""

    notes: str | Exception = "The key is 4711."
    refuses_above: int | None = None
    says: str = ""
    name: str = "reader"
    sees_images: bool = True
    asked: list[tuple[Message, ...]] = field(default_factory=list)
    for_notes: list[tuple[Message, ...]] = field(default_factory=list)

    def stream(self, system: str, messages: Sequence[Message]) -> Iterator[Delta]:
        if messages[-1].text == ASK:
            self.for_notes.append(tuple(messages))
            if isinstance(self.notes, Exception):
                raise self.notes
            yield TextDelta(self.notes)
        else:
            self.asked.append(tuple(messages))
            if self.refuses_above is not None and tokens(messages) > self.refuses_above:
                raise ContextTooLong("Too long", "", None if not self.says else int(self.says))
            yield TextDelta("Fine.")
        yield UsageDelta(Usage(0, 0))
        yield Finished("stop")


def tokens(messages: Sequence[Message]) -> int:
    return Measure(small=False, sees_images=lambda: True).tokens_of(messages)


def text_of(messages: Sequence[Message]) -> str:
    chat = to_chat("", messages, Form())
    return "\n".join(message["content"] for message in chat)


def step(number: int, output: str = "", spool: Spool | None = None) -> tuple[Message, Message]:
    block = CodeBlock("python", f"print({number})")
    said = f"Step {number} looks at file number {number}.\n\n{block.fenced}"
    return Reply(said, block), Execution(block, "ok", (Text(output or f"{number}\n"),), spool=spool)


def steps(count: int, size: int = 2_000) -> list[Message]:
    return [message for n in range(count) for message in step(n, f"{n}:" + "z" * size + "\n")]


def compacting(
    model: Reader, *, window: int | None = WINDOW, keep: Keep = nowhere, summarises: bool = True, **more
) -> Compacting:
    context = Context(window=lambda: window, keep=keep, summarises=summarises, **more)
    return Compacting(model, Measure(small=False, sees_images=lambda: True), CancelToken(), context)


def ask(model: Compacting, messages: Sequence[Message], system: str = "") -> list[str]:
    """Ask, and return the notices."""
    return [delta.text for delta in model.stream(system, messages) if isinstance(delta, Noted)]


def test_what_fits_is_sent_as_it_is_and_nothing_is_said() -> None:
    reader, messages = Reader(), (Instruction("Count."), *steps(5))
    assert ask(compacting(reader), messages) == []
    assert all(map(is_, reader.asked[0], messages)) and len(reader.asked[0]) == len(messages)


def test_old_outputs_are_shortened_first_and_the_last_ones_stay_whole() -> None:
    reader, messages = Reader(), (Instruction("Count."), *steps(11))

    said = ask(compacting(reader), messages)

    sent = reader.asked[0]
    assert "shortened" in said[0] and len(said) == 1 and reader.for_notes == []
    assert len(sent) == len(messages) and tokens(sent) <= 0.6 * ROOM
    assert "1,4" in text_of(sent[:3]) and "characters left out" in text_of(sent[:3])
    assert all(map(is_, sent[-2:], messages[-2:])) and sent[0] is messages[0]


def test_an_old_output_keeps_the_path_of_its_file(tmp_path: Path) -> None:
    long = [message for n in range(11) for message in step(n, "z" * 3_000, Spool(f"/tmp/itp/{n}.txt", 3_000))]
    reader = Reader()

    ask(compacting(reader), (Instruction("Count."), *long))

    assert "open('/tmp/itp/0.txt')" in text_of(reader.asked[0])


def test_an_output_without_a_file_can_be_read_in_the_one_that_is_named(tmp_path: Path) -> None:
    middle = "a" * 1_000 + " the needle is 1729 " + "b" * 1_000
    messages = (Instruction("Count."), *step(0, middle), *steps(11))
    reader = Reader()

    ask(compacting(reader, keep=Earlier(tmp_path).keep), messages)

    sent = text_of(reader.asked[0])
    assert "1729" not in sent and f"open({str(tmp_path / 'earlier.txt')!r})" in sent
    kept = (tmp_path / "earlier.txt").read_text()
    assert "the needle is 1729" in kept and kept.count("=== ") == kept.count("\n=== ") + 1
    assert (tmp_path / "earlier.txt").stat().st_mode & 0o777 == 0o600


def test_then_notes_stand_for_what_is_old_and_the_instruction_and_the_last_steps_stay() -> None:
    reader = Reader()
    messages = (Instruction("The colour is teal."), *steps(3), Instruction("Now count."), *steps(60, 200))

    said = ask(compacting(reader), messages)

    sent = reader.asked[0]
    assert tokens(sent) <= 0.6 * ROOM
    assert sent[0].text.startswith("Now count.") and "The colour is teal." in sent[0].text
    assert "The key is 4711." in sent[0].text
    assert all(map(is_, sent[-4:], messages[-4:]))
    assert "takes notes" in said[0] and "notes stand for" in said[1]


def test_the_request_for_notes_is_the_beginning_of_the_request_before() -> None:
    reader = Reader()
    model = compacting(reader)
    messages: list[Message] = [Instruction("Count.")]
    for n in range(200):
        messages += step(n, "z" * 150)
        ask(model, messages)
        if reader.for_notes:
            break

    before, request = reader.asked[-2], reader.for_notes[0]
    assert len(request) > 10 and all(map(is_, request[:-1], before)) and request[-1].text == ASK


def test_between_two_shortenings_the_beginning_is_the_same_objects() -> None:
    reader = Reader()
    model = compacting(reader)
    messages: list[Message] = [Instruction("Count.")]
    for n in range(300):
        messages += step(n, "z" * 150)
        ask(model, messages)

    changes = sum(not all(map(is_, one, other)) for one, other in pairwise(reader.asked))
    assert 2 <= changes <= 15
    assert max(map(tokens, reader.asked)) <= ROOM


def test_what_a_request_for_notes_cost_is_told() -> None:
    reader = Reader()
    deltas = list(compacting(reader).stream("", (Instruction("Count."), *steps(60, 300))))
    noted = [delta for delta in deltas if isinstance(delta, Noted)]
    assert noted[-1].spent == Usage(0, 0) and noted[0].spent is None


@pytest.mark.parametrize("notes", [ModelFailed("no"), BudgetReached("no"), ContextTooLong("no"), "", "  \n"])
def test_without_notes_of_the_model_there_are_mechanical_ones(notes: str | Exception) -> None:
    reader = Reader(notes=notes)

    ask(compacting(reader), (Instruction("Count."), *steps(60, 300)))

    sent = reader.asked[0]
    assert "Step 0 looks at file number 0." in sent[0].text and "left out" in sent[0].text
    assert tokens(sent) <= 0.6 * ROOM


def test_a_small_model_is_not_asked_for_notes() -> None:
    reader = Reader()
    ask(compacting(reader, summarises=False), (Instruction("Count."), *steps(60, 300)))
    assert reader.for_notes == [] and "Step 0 looks at" in reader.asked[0][0].text


def test_files_and_variables_are_in_the_notes() -> None:
    block = CodeBlock("python", "df = pd.read_csv('data/sales.csv')\ndf.to_excel(\"out.xlsx\")")
    messages = (Instruction("Load."), Reply(block.fenced, block), Execution(block, "ok"), *steps(60, 300))
    reader = Reader()

    ask(compacting(reader, variables=lambda: "Variables now: df DataFrame 5 rows"), messages)

    notes = reader.asked[0][0].text
    assert "data/sales.csv, out.xlsx" in notes and "Variables now: df DataFrame 5 rows" in notes


def test_what_an_instruction_said_in_the_third_of_four_hundred_turns_is_still_told(tmp_path: Path) -> None:
    reader = Reader(notes="(nothing of note)")
    model = compacting(reader, keep=Earlier(tmp_path).keep)
    messages: list[Message] = []
    for n in range(400):
        messages.append(Instruction("Remember: the gate code is 83-19." if n == 3 else f"Do task {n}."))
        output = "x" * 700 + "the output's fact is QX77" + "x" * 700 if n == 5 else f"done {n}"
        messages += step(n, output)
        messages.append(Reply(f"Task {n} is done."))
        ask(model, messages[:-1])
    messages.append(Instruction("What is the gate code?"))
    ask(model, messages)

    sent = text_of(reader.asked[-1])
    assert "83-19" in sent and "What is the gate code?" in sent
    assert max(map(tokens, reader.asked)) <= ROOM
    path = tmp_path / "earlier.txt"
    assert f"open({str(path)!r})" in sent and "QX77" in path.read_text()
    numbers = [line for line in path.read_text().splitlines() if line.startswith("=== ")]
    assert numbers[0].startswith("=== 1. ") and len(set(numbers)) == len(numbers)
    assert path.read_text().count("Remember: the gate code") == 1


def test_pictures_go_oldest_first_and_leave_a_line() -> None:
    picture = Display({"image/png": PIXEL, "text/plain": "<Figure size 640x480>"})
    block = CodeBlock("python", "plot()")
    shown = [m for _ in range(6) for m in (Reply(block.fenced, block), Execution(block, "ok", (picture,)))]
    reader = Reader()

    ask(compacting(reader), (Instruction("Plot."), *shown))

    pictures = [len(message.images) for message in reader.asked[0] if isinstance(message, Execution)]
    assert pictures == sorted(pictures) and pictures[-1] == 1 and pictures[0] == 0
    assert "[picture: image/png, 1x1 pixels" in text_of(reader.asked[0][:3])


def test_a_huge_output_of_the_last_step_is_shortened_where_nothing_else_helps() -> None:
    reader = Reader()
    ask(compacting(reader, window=2_400), (Instruction("Count."), *step(0, "w" * 11_000)))
    assert tokens(reader.asked[0]) <= 1_800 and "characters left out" in text_of(reader.asked[0])


def test_a_huge_instruction_is_told_by_its_ends_and_can_be_read_in_the_file(tmp_path: Path) -> None:
    reader, huge = Reader(), "Begin. " + "v" * 60_000 + " the middle " + "v" * 60_000 + " Sum it up."
    ask(compacting(reader, keep=Earlier(tmp_path).keep), (Instruction(huge),))
    sent = reader.asked[0][0].text
    assert sent.startswith("Begin.") and "Sum it up." in sent and str(tmp_path / "earlier.txt") in sent
    assert "the middle" in (tmp_path / "earlier.txt").read_text() and tokens(reader.asked[0]) <= ROOM


def test_a_prompt_that_leaves_no_room_fails_clearly_and_asks_nobody() -> None:
    reader = Reader()
    with pytest.raises(ContextTooLong) as raised:
        ask(compacting(reader), (Instruction("Go."),), system="s" * 4 * ROOM)
    assert reader.asked == [] and "6,000 tokens" in str(raised.value) and raised.value.hint


@pytest.mark.parametrize("says", ["", "4000"])
def test_where_nobody_knows_the_window_a_refusal_teaches_it(says: str) -> None:
    reader = Reader(refuses_above=3_900, says=says)
    messages: list[Message] = [Instruction("Count."), *steps(60, 300)]
    model = compacting(reader, window=None)

    assert any("notes" in line or "shortened" in line for line in ask(model, messages))
    assert len(reader.asked) == 2 and tokens(reader.asked[-1]) <= 3_900

    # and the next request is made to fit before it is sent
    messages += steps(20, 300)
    ask(model, messages)
    assert len(reader.asked) == 3 and tokens(reader.asked[-1]) <= 3_900


def test_a_model_that_refuses_everything_is_believed_after_three_requests() -> None:
    reader = Reader(refuses_above=0)
    with pytest.raises(ContextTooLong):
        ask(compacting(reader), (Instruction("Count."), *steps(60, 300)))
    assert len(reader.asked) <= 3


def test_after_an_undo_what_is_left_is_told_anew(tmp_path: Path) -> None:
    reader, keep = Reader(notes=""), Earlier(tmp_path).keep
    model = compacting(reader, keep=keep)
    first = [Instruction("First."), *steps(60, 300)]
    ask(model, [*first, Instruction("The secret is 99."), *steps(60, 300)])
    assert "The secret is 99." in text_of(reader.asked[-1])

    ask(model, [*first, Instruction("Something else."), *steps(60, 300)])

    sent = text_of(reader.asked[-1])
    assert "99" not in sent.replace("[… 99", "") or "The secret" not in sent
    assert "The secret is 99." not in (tmp_path / "earlier.txt").read_text()
    assert "First." in sent and "Something else." in sent


def test_a_request_of_its_own_in_between_changes_nothing() -> None:
    reader = Reader()
    model = compacting(reader)
    messages = [Instruction("Count."), *steps(60, 300)]
    ask(model, messages)
    before = reader.asked[-1]

    ask(model, [Instruction("What does this code do?")])
    assert ask(model, [*messages, *step(61)]) == []

    assert all(map(is_, before, reader.asked[-1]))


def test_cancelled_while_notes_are_written_nothing_is_asked() -> None:
    reader, cancel = Reader(), CancelToken()
    context = Context(window=lambda: WINDOW)
    model = Compacting(reader, Measure(small=False, sees_images=lambda: False), cancel, context)
    for delta in model.stream("", [Instruction("Count."), *steps(60, 300)]):
        if isinstance(delta, Noted):
            cancel.cancel()
    assert reader.asked == []


def test_a_file_that_cannot_be_written_is_not_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    reader = Reader()
    said = ask(compacting(reader, keep=Earlier(tmp_path / "file").keep), (Instruction("Count."), *steps(60, 300)))
    assert "earlier.txt" not in "".join(said) + text_of(reader.asked[0])
