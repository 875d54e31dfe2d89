"""Known secrets never leave."""

from hypothesis import given
from hypothesis import strategies as st

from interpreter.core.redact import SHORTEST, Redactor

KEY = "sk-proj-abcdef123456"


def test_a_secret_becomes_a_mark_wherever_it_stands():
    redact = Redactor([KEY])
    assert redact(f"Bearer {KEY}, again {KEY}.") == "Bearer [secret], again [secret]."


def test_a_secret_inside_another_leaves_nothing_of_either():
    redact = Redactor(["abcdefgh", "abcdefgh-ijkl"])
    assert redact("abcdefgh-ijkl abcdefgh") == "[secret] [secret]"


def test_short_values_are_no_secrets():
    assert Redactor(["", "a", "x" * (SHORTEST - 1)])("a fox") == "a fox"


def test_without_secrets_text_passes_as_it_is():
    assert Redactor([])(KEY) == KEY


@given(st.lists(st.text("abc-", min_size=SHORTEST, max_size=12), min_size=1, max_size=4), st.text("abc- "))
def test_no_secret_is_left_in_any_text(secrets, text):
    redacted = Redactor(secrets)(text.join(secrets))
    assert not any(secret in redacted for secret in secrets)


@given(st.text("abc-", min_size=SHORTEST, max_size=40), st.integers(1, 60))
def test_the_beginning_of_a_secret_that_was_cut_off_is_no_more_told(secret, most):
    text = f"key = '{secret}'"
    preview = text if len(text) <= most else f"{text[: most - 1]}…"

    assert secret[:SHORTEST] not in Redactor([secret])(preview)


def test_what_merely_stands_before_a_cut_stays():
    assert Redactor([KEY])("a list: 1, 2, … and more") == "a list: 1, 2, … and more"
