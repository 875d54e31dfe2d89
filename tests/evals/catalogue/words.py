"""Tasks about text: counting, finding, turning round."""

import re
from random import Random

from tests.evals.checks import file_has, number, phrase
from tests.evals.task import Task

_WORDS = ["river", "stone", "morning", "quiet", "lantern", "bridge", "silver", "autumn", "window", "garden"]
_WORDS += ["paper", "whistle", "harbour", "candle", "winter", "road", "kitchen", "letter", "mountain", "sparrow"]


def _prose(seed: int, lines: int) -> list[str]:
    chance = Random(seed)
    return [" ".join(chance.choices(_WORDS, k=chance.randint(4, 11))) + "." for _ in range(lines)]


_ESSAY = "\n\n".join(_prose(21, 33)) + "\n"
_POEM = _prose(22, 24)
_POEM[13] = "and every lantern on the harbour bridge remembers winter, morning and the sparrow."
_MESSAGE = "Meet me at the old mill at nine, bring the map!"


def _contacts() -> str:
    chance = Random(23)
    people = [f"{w}{chance.randint(1, 99)}@{chance.choice(('mail.example', 'post.example.org'))}" for w in _WORDS]
    mentions = [*people, *chance.choices(people, k=15)]
    chance.shuffle(mentions)
    return "\n".join(f"{i + 1}. wrote to <{mail}> on day {i}, no reply @ all" for i, mail in enumerate(mentions)) + "\n"


_CONTACTS = _contacts()
_MAILS = set(re.findall(r"[\w.]+@[\w.]+", _CONTACTS))

TASKS = (
    Task("word_count", "How many words does essay.txt have?", number(len(_ESSAY.split())), {"essay.txt": _ESSAY}),
    Task(
        "longest_line",
        "Show me the longest line in poem.txt",
        phrase(max(_POEM, key=len).rstrip(".")),
        {"poem.txt": "\n".join(_POEM) + "\n"},
    ),
    Task(
        "mail_addresses",
        "contacts.txt mentions e-mail addresses, some of them more than once. How many different ones are there?",
        number(len(_MAILS)),
        {"contacts.txt": _CONTACTS},
    ),
    Task(
        "reverse",
        "Take the text in message.txt, reverse it character by character and save it to reversed.txt.",
        file_has("reversed.txt", _MESSAGE[::-1]),
        {"message.txt": _MESSAGE},
    ),
)
