"""A page is one file that runs nothing and loads nothing, whatever stands in the conversation."""

import base64
import hashlib
import re
import zlib
from html.parser import HTMLParser
from struct import pack

import pytest

from interpreter.core.messages import CodeBlock, Display, Execution, Failure, Image, Instruction, Reply, Text
from interpreter.storage.exports.page import as_page
from interpreter.terminal.shown import shown

EVIL = (
    "</pre></section><script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)>"
    "<a href='javascript:alert(4)'>x</a><iframe src=//evil></iframe><style>*{}</style><base href=//evil>"
    '<meta http-equiv=refresh content="0;url=//evil"><!-- --><form action=//evil><input autofocus onfocus=alert(5)>'
)
BLOCK = CodeBlock("python", f"x = '''{EVIL}'''")
MARKDOWN = (
    f"{EVIL}\n\n# Head {EVIL}\n\n![pixel](http://evil/x.png) [a](javascript:alert(1)) [b](data:text/html,x) "
    "[c](VBSCRIPT:x) [d](https://example.org) <https://example.org/a>\n\n| a | b |\n|---|---|\n| 1 | <b>2</b> |\n\n"
    f"```html\n{EVIL}\n```"
)


def chunk(kind: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))


PNG = b"".join(
    [
        b"\x89PNG\r\n\x1a\n",
        chunk(b"IHDR", pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        chunk(b"IDAT", zlib.compress(b"\0\1\2\3")),
        chunk(b"IEND", b""),
    ]
)
DATA = base64.b64encode(PNG).decode()


class Elements(HTMLParser):
    """Every element of a page with its attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def hostile() -> str:
    outputs = (
        Text(EVIL),
        Display({"text/html": EVIL, "text/plain": EVIL}),
        Display({"image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg'>{EVIL}</svg>"}),
        Display({"image/png": DATA, "text/plain": "<Figure size 1x1>"}),
        Display({"image/png": base64.b64encode(EVIL.encode()).decode()}),
        Display({"image/jpeg": '" onerror="alert(6)'}),
        Display({"text/markdown": EVIL, "application/javascript": "alert(7)"}),
        Failure(EVIL, EVIL, EVIL),
    )
    messages = (
        Instruction(EVIL, (Image("image/png", DATA), Image('image/png" onerror="alert(8)', DATA))),
        Reply(f"See {EVIL}\n\n{BLOCK.fenced}", BLOCK),
        Execution(BLOCK, "failed", outputs, note=EVIL),
        Reply("again", CodeBlock(f"py{EVIL}", "1")),
        Execution(CodeBlock(f"py{EVIL}", "1"), "refused", note=EVIL),
        Reply(MARKDOWN),
    )
    return as_page(messages, f"Title {EVIL}", shown)


@pytest.fixture(scope="module")
def elements() -> Elements:
    return Elements(hostile())


def test_nothing_in_it_can_run_or_load(elements):
    ours = "html head meta title style body main h1 h2 section p pre code img table thead tbody tr th td a strong em"
    assert {tag for tag, _ in elements.found} <= set(ours.split())
    assert len(elements.all("style")) == 1
    names = {name for _, attributes in elements.found for name in attributes}
    assert names <= {"lang", "charset", "http-equiv", "content", "name", "class", "src", "alt", "href"}


def test_it_forbids_everything_but_its_own_style_and_its_pictures(elements):
    [policy] = [each["content"] for each in elements.all("meta") if each.get("http-equiv")]
    style = re.search(r"<style>(.*?)</style>", hostile(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in style[1] and "@import" not in style[1]


def test_pictures_are_those_that_were_decoded_and_of_the_type_that_they_are(elements):
    sources = [image["src"] for image in elements.all("img")]
    assert sources == [f"data:image/png;base64,{DATA}"] * 3
    assert elements.text.count("[a picture that cannot be shown]") == 2


def test_links_lead_to_the_web_and_to_nothing_that_runs(elements):
    assert {link["href"] for link in elements.all("a")} == {
        "http://evil/x.png",
        "https://example.org",
        "https://example.org/a",
    }


def test_everything_that_was_said_can_be_read(elements):
    assert elements.text.count("alert(1)") >= 8
    assert "Head" in elements.text and "See" in elements.text and "The code was not run." in elements.text


def test_hidden_characters_are_visible():
    page = as_page((Instruction("a\u202eb"), Reply("c\u200bd\x1b[31m")), "t\u202e", shown)
    assert "\u202e" not in page and "\u200b" not in page and "\x1b" not in page and "&lt;U+202E&gt;" in page


def test_a_conversation_reads_in_its_order():
    block = CodeBlock("python", "plot()")
    outputs = (Text("before\n"), Display({"image/png": DATA, "text/plain": "<Figure size 1x1>"}), Text("after\n"))
    messages = (Instruction("go"), Reply(block.fenced, block), Execution(block, "ok", outputs), Reply("**Done**"))
    page = as_page(messages, "", shown)
    places = [page.index(each) for each in ("go</p>", "plot()", "before", "<img", "after", "<strong>Done")]
    assert places == sorted(places)
    assert "<title>A session with Interpreter</title>" in page and "Figure" not in page
