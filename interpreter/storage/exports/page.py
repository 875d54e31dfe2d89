"""A conversation as one HTML file: works offline, runs nothing, loads nothing, whatever is in it."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, assert_never

from interpreter.core.answer import prose_of
from interpreter.core.feedback import output_text, plain, shorten
from interpreter.core.messages import CodeBlock, Display, Execution, Failure, Image, Instruction, Message, Output, Reply
from interpreter.core.plainest import only_names_a_picture
from interpreter.core.visible import visible, visible_code
from interpreter.storage.exports.transcript import ran

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

Shows: TypeAlias = Callable[[Image], str]
"""A data URI of a picture whose bytes were decoded; empty for what is none."""

HEAD, TAIL = 40_000, 20_000
"""Characters of an output: a browser scrolls, and a page of megabytes is slow."""

MIMES = ("image/png", "image/jpeg", "image/webp", "image/gif")

STYLE = Path(__file__).with_name("page.css")


def as_page(messages: Sequence[Message], title: str, shows: Shows) -> str:
    """The whole page; live HTML and SVG of outputs are shown as text."""
    title = " ".join(visible(title or "A session with Interpreter").split())
    markdown = _markdown()
    body = [part for i, message in enumerate(messages) for part in _parts(message, messages[i + 1 :], markdown, shows)]
    style = STYLE.read_text(encoding="utf-8")
    lines = [_head(title, style), f"<h1>{escape(title)}</h1>", *body, "</main>", "</body>", "</html>"]
    return "\n".join(lines) + "\n"


def _head(title: str, style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
<main>"""


def _parts(message: Message, following: Sequence[Message], markdown: "MarkdownIt", shows: Shows) -> Iterator[str]:
    match message:
        case Instruction(text, images):
            pictures = "".join(_picture(image, shows) for image in images)
            yield f'<section class="instruction"><p>{escape(visible(text.strip()))}</p>{pictures}</section>'
        case Reply():
            prose = prose_of(message) if ran(following) else message.text
            if prose.strip():
                yield f'<section class="reply">{markdown.render(visible(prose.strip()))}</section>'
        case Execution(status="refused"):
            yield f'<p class="note">The code was not run. {escape(visible(message.note))}</p>'
        case Execution():
            yield f'<section class="execution">{_execution(message, shows)}</section>'
        case _:
            assert_never(message)


def _execution(execution: Execution, shows: Shows) -> str:
    block, note = execution.block, execution.note
    parts = [_code(block), *_outputs(execution.outputs, shows)]
    if note:
        parts.append(f'<p class="note">{escape(visible(note))}</p>')
    return "".join(parts)


def _code(block: CodeBlock) -> str:
    language = f'<p class="language">{escape(visible(block.language))}</p>'
    return f"{language}<pre><code>{escape(visible_code(block.code))}</code></pre>"


def _outputs(outputs: Sequence[Output], shows: Shows) -> Iterator[str]:
    """Neighbours that are text as one, pictures where they came."""
    texts: list[Output] = []
    for output in outputs:
        if isinstance(output, Display) and (picture := _displayed(output, shows)):
            yield from _text(texts)
            texts = [] if only_names_a_picture(output.data) else [output]
            yield picture
        elif isinstance(output, Failure):
            yield from _text(texts)
            yield from _text([output], "failure")
            texts = []
        else:
            texts.append(output)
    yield from _text(texts)


def _text(outputs: Sequence[Output], kind: str = "output") -> Iterator[str]:
    text = shorten(plain(output_text(tuple(outputs))), HEAD, TAIL).strip("\n")
    if text:
        yield f'<pre class="{kind}">{escape(visible(text))}</pre>'


def _displayed(display: Display, shows: Shows) -> str:
    mime = next((mime for mime in MIMES if isinstance(display.data.get(mime), str)), None)
    return _picture(Image(mime, display.data[mime]), shows) if mime else ""


def _picture(image: Image, shows: Shows) -> str:
    uri = shows(image)
    return f'<img src="{escape(uri)}" alt="picture">' if uri else '<p class="note">[a picture that cannot be shown]</p>'


def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    # HTML in a reply is text; what would be loaded from elsewhere is a link at most.
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").enable("strikethrough")
    return markdown.disable("image")
