"""Why a block printed nothing."""

import pytest

from interpreter.core.silence import LONGEST, printed_by_handlers, why_silent


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("for row in rows:\n    if row[1] == 'x':\n        print(row)", "`row[1] == 'x'` was never true"),
        (
            "with open(p) as f:\n    for line in f:\n        if 'x' in line:\n            print(line)",
            "`'x' in line` was",
        ),
        ("if a:\n    for b in c:\n        print(b)", "`a` was never true"),
        (f"if {' + '.join(['a'] * LONGEST)}:\n    print(1)", "the condition was never true"),
    ],
)
def test_the_condition_that_was_never_true_is_named(code, why):
    assert why_silent(code).startswith(why)


@pytest.mark.parametrize(
    "code",
    [
        "x = 1",
        "open('a', 'w').write('b')",
        "for row in rows:\n    print(row)",
        "if a:\n    print(1)\nprint(end='')",
        "with open(p) as f:\n    print(f.read(), end='')",
        "print(",
        "\0",
    ],
)
def test_nothing_is_said_of_a_block_that_does_not_print_or_printed_an_empty_text(code):
    assert why_silent(code) == ""


def test_what_handlers_print_is_known_by_how_it_begins():
    code = (
        "try:\n    go()\nexcept OSError as e:\n    print(f'Failed: {e}')\nexcept:\n    print('Not here.')\n    print(e)"
    )
    assert printed_by_handlers(code) == ["Failed:", "Not here."]
    assert printed_by_handlers("print('Not here.')") == [] == printed_by_handlers("try:")
