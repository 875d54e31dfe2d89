"""A session is loaded for going on: long outputs shortened, pictures later, masked blocks known."""

import base64

from interpreter.core.feedback import describe
from interpreter.core.messages import CodeBlock, Display, Execution, Instruction, Reply, Text
from interpreter.core.replay import plan
from interpreter.storage.sessions.session_file import SessionFile

PICTURE = base64.b64encode(b"png").decode()
BLOCK = CodeBlock("python", "print(1)")


def test_a_long_output_is_shortened_to_what_a_model_is_told_of_it_and_kept_whole(tmp_path):
    long = Execution(BLOCK, "ok", (Text("".join(f"{number}\n" for number in range(100_000))),))
    with SessionFile(tmp_path / "one", clock=lambda: 1.0) as session:
        reply = session.add(Reply("r", BLOCK), parent=session.add(Instruction("go"), parent=None))
        session.add(long, parent=reply)
        loaded = session.load()[-1].message
        assert session.path()[-1][1] == long
    assert isinstance(loaded, Execution) and len(loaded.text) < 13_000
    told, whole = describe(loaded, "", small=False), describe(long, "", small=False)
    assert told.splitlines()[:100] == whole.splitlines()[:100]
    assert told.splitlines()[-100:] == whole.splitlines()[-100:]


def test_pictures_are_read_when_somebody_looks_at_them(tmp_path):
    shown = Execution(BLOCK, "ok", (Display({"text/plain": "p", "image/png": PICTURE}),))
    with SessionFile(tmp_path / "one", clock=lambda: 1.0) as session:
        reply = session.add(Reply("r", BLOCK), parent=session.add(Instruction("go"), parent=None))
        session.add(shown, parent=reply)
        loaded = session.load()[-1].message
        assert loaded == shown and loaded.images[0].data == PICTURE
        for path in (tmp_path / "one" / "pictures").iterdir():
            path.unlink()
        assert loaded.images[0].data == "" and "image/png" in loaded.outputs[0].data


def test_a_block_with_a_secret_cannot_be_replayed_and_is_counted(tmp_path):
    secret = CodeBlock("python", "key = 'hush'")
    with SessionFile(tmp_path / "one", redact=lambda text: text.replace("hush", "***"), clock=lambda: 1.0) as session:
        parent = session.add(Instruction("go"), parent=None)
        for block in (BLOCK, secret):
            parent = session.add(Reply("r", block), parent=parent)
            parent = session.add(Execution(block, "ok"), parent=parent)
        kept = session.load()
    masked = [each.message for each in kept if each.is_masked]
    replay = plan(
        [each.message for each in kept],
        lambda language: language == "python",
        lambda message: any(message is each for each in masked),
    )
    assert replay.blocks == (BLOCK,) and replay.masked == 1
