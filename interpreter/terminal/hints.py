"""One line that helps in each of the first chats, and then no more."""

from interpreter.storage.first_sessions import count_session
from interpreter.storage.paths import Paths

HINTS = (
    "Try: how many files are in this folder?",
    "Ctrl-C stops a reply or running code; variables are kept.",
    "At “Run this code?”, e opens the code in your editor before it runs.",
    "%help lists the commands of the chat.",
    "@ and the name of a file or picture gives it to the model: what is in @data.csv? Tab completes.",
    "! runs a command in the session's shell: !ls. With !! the model is shown it, too.",
    "↑ brings back what you said before; Ctrl-R searches in it.",
    'Without a chat: interpreter "how big is this folder?"; with -y it does not ask.',
    'Data can be piped in: cat sales.csv | interpreter "the mean of each column"',
    "interpreter doctor looks at all that is needed; interpreter --help lists the flags.",
)
"""In the order in which they are shown, one a chat."""


def next_hint(paths: Paths) -> str:
    """The hint for this chat, which counts from now on; empty after the first ones."""
    number = count_session(paths, len(HINTS))
    return "" if number is None else HINTS[number]
