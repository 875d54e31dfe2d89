"""The fence parser on replies built from dangerous parts, cut at random."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from interpreter.core.messages import CodeBlock
from tests.core.test_fences import Parsed

MARKS = st.sampled_from("`~")
LEADS = st.sampled_from(["", "", "", "  ", "\t", "    ", "- ", "* ", "+  ", "1. ", "12) ", "  - ", "- 1. "])
TAGS = {
    "python": [
        "python",
        "Python",
        "PY",
        "python3",
        "{python}",
        "{.python}",
        "python {.x}",
        "python:a.py",
        'py title="x"',
    ],
    "bash": ["bash", "sh", "Bash {.x}", "{bash}", "sh,ignore"],
}
STATEMENTS = {
    "python": [
        "print('hello python')",
        "",
        "    indented = 1",
        "\tx",
        "# don't stop",
        'x = \'"""\'',
        "y = 'never closed",
        "z = (1, [",
        "<think>",
        "``",
        "a = '''closed''' + \"\"\"too\"\"\"",
        "``` python",
        "~~~~~~~ x",
        "b = '\\'\"\"\"'",
        "1 > 2 >= 3",
        "lone \r return",
        "   ",
    ],
    "bash": [
        "ls -la | wc",
        "",
        "echo $((1 << 2)) ${x#y}",
        "cat <<< word",
        "# it's <<EOF",
        "echo it\\'s '<<EOF' \"<<EOF\"",
        "  for x in *; do echo; done",
        "``` sh",
        "echo $(( (1) << 2 ))",
        "   ",
    ],
}


def fence_lines() -> st.SearchStrategy[str]:
    return st.builds(lambda lead, mark, length: lead + mark * length, LEADS, MARKS, st.integers(3, 8))


INSIDE = st.lists(st.one_of(fence_lines(), st.sampled_from(["text", "", "```python", "it is (", " # x"])), max_size=4)


@st.composite
def strings(draw: st.DrawFn, language: str) -> list[str]:
    """The lines of a string with fence lines inside."""
    inside = draw(INSIDE)
    if language == "bash":
        start, end = draw(st.sampled_from([("cat <<EOF", "EOF"), ("x=\"$(cat <<-'E F'", '\t\tE F\n)"')]))
        return [start, *inside, *end.split("\n")]
    quote = draw(st.sampled_from(["'''", '"""']))
    return [f"x = {draw(st.sampled_from(['', 'r', 'f', 'Rb']))}{quote}", *inside, f"{quote} + \\"]


@dataclass(frozen=True)
class Part:
    """What is written, and what it shall become."""

    text: str
    prose: str
    reasoning: str = ""


def prose(text: str) -> Part:
    return Part(text, text)


@st.composite
def prose_fences(draw: st.DrawFn) -> Part:
    mark, length = draw(MARKS), draw(st.integers(4, 6))
    info = draw(
        st.sampled_from(["json", "text", "Markdown", "{.c}", "python example", "{python example}", "python,example"])
    )
    shorter = [
        mark * (length - 1) + "python",
        "print(1)",
        mark * (length - 1),
        ("~" if mark == "`" else "`") * 7,
        "",
        "<think>",
    ]
    lines = draw(st.lists(st.sampled_from(shorter), max_size=5))
    fence = mark * length
    return prose("\n".join([draw(LEADS) + fence + info, *lines, draw(st.sampled_from(["", " "])) + fence]) + "\n")


EMPTY = st.builds(
    lambda fence, tag, blanks: prose(f"{fence}{tag}\n{blanks}{fence.strip(' *+-1.2)' + chr(9))}\n"),
    fence_lines(),
    st.sampled_from(TAGS["python"]),
    st.sampled_from(["", "\n", "  \n\n"]),
)
UNLABELLED = st.builds(
    lambda mark, content: prose(f"{mark * 3}\n{content}\n{mark * 3}\n"),
    MARKS,
    st.sampled_from(["hello", "ls -la", "x = 1", "print(1)\n1", "", "``\n~~"]),
)
REASONING = st.builds(
    lambda tag, inside, ends: Part(f"<{tag}>{inside}</{tag.upper()}>{ends}", "", inside),
    st.sampled_from(["think", "Thinking", "thought", "REASONING"]),
    st.sampled_from(["", "a\n", "\n```python\nprint(1)\n```\n", "<think> </ </thin < >", "```"]),
    st.sampled_from(["", "\n", "\n\n", "\r\n"]),
)
PLAIN = st.sampled_from(
    [
        "Some `inline` code.\n",
        "- ``a`b`` c\n",
        "1. one\n",
        "say ```python\n",
        "a <think>\n",
        "``` x`\n",
        "> ```python\n",
        "``\n",
    ]
).map(prose)
PARTS = st.lists(st.one_of(PLAIN, prose_fences(), EMPTY, UNLABELLED, REASONING), max_size=4)


@st.composite
def bodies(draw: st.DrawFn, language: str) -> list[str]:
    statements = st.sampled_from(STATEMENTS[language]).map(lambda line: [line])
    lines = [line for chunk in draw(st.lists(st.one_of(statements, strings(language)), max_size=5)) for line in chunk]
    if next((line for line in lines if line.strip()), "").startswith("```"):
        lines.insert(0, "first")  # a fence there only opens the same block again
    return [*lines, draw(st.sampled_from(["f(1)", "print(1", "x > y"]))]


@dataclass(frozen=True)
class Written:
    """A reply, and what it shall become."""

    text: str
    prose: str
    reasoning: str
    source: str
    block: CodeBlock


@st.composite
def replies(draw: st.DrawFn) -> Written:
    parts = draw(PARTS)
    language = draw(st.sampled_from(["python", "bash"]))
    lines = draw(bodies(language))
    lead, mark, length = draw(LEADS), draw(MARKS), draw(st.integers(3, 6))
    if draw(st.booleans()) and not any(line.strip(" \t") == mark * len(line.strip(" \t")) != "" for line in lines):
        lines += {"python": ["x = '''never"], "bash": ["cat <<NEVER"]}[language]
    first = next(line for line in lines if line.strip())
    indent = "" if draw(st.booleans()) and not first[0].isspace() else " " * len(lead)
    end = draw(st.sampled_from(["\n", "\r\n"]))
    opening = lead + mark * length + draw(st.sampled_from(TAGS[language])) + end
    written = "".join((indent + line) + end for line in lines)
    closing = draw(st.sampled_from(["", indent, " "])) + mark * (length + draw(st.integers(0, 1)))
    tail = draw(
        st.sampled_from(["", " ", end, f"  {end}Done.", f"{end}```json{end}1{end}```", f"{end}It's {end}{end}"])
    )
    before = "".join(part.prose for part in parts)
    return Written(
        "".join(part.text for part in parts) + opening + written + closing + tail,
        before,
        "".join(part.reasoning for part in parts),
        before + opening + written + closing,
        CodeBlock(language, "\n".join(lines)),
    )


SIZES = st.lists(st.integers(1, 9), min_size=1, max_size=12)


def cut(text: str, sizes: list[int]) -> list[str]:
    """Cut by these sizes, over and over."""
    cuts, start = [], 0
    while start < len(text):
        size = sizes[len(cuts) % len(sizes)]
        cuts.append(text[start : start + size])
        start += size
    return cuts


def parse(text: str, sizes: list[int], whole: bool = True) -> Parsed:
    result = Parsed([text], whole)
    assert Parsed(cut(text, sizes), whole) == result
    assert Parsed(list(text), whole) == result
    return result


@settings(max_examples=500, deadline=None)
@given(replies(), SIZES)
def test_the_block_comes_out_byte_for_byte(written: Written, sizes: list[int]) -> None:
    result = parse(written.text, sizes)
    assert result.block == written.block
    assert result.prose == written.prose
    assert result.reasoning == written.reasoning
    assert result.source == written.source


@settings(max_examples=200, deadline=None)
@given(replies(), SIZES, st.data())
def test_a_cut_reply_has_its_block_or_none(written: Written, sizes: list[int], data: st.DataObject) -> None:
    length = data.draw(st.integers(0, len(written.text)))
    result = parse(written.text[:length], sizes, whole=False)
    assert result.block in (None, written.block)
    assert not result.code or result.prose == written.prose


@settings(max_examples=200, deadline=None)
@given(PARTS, SIZES, st.booleans())
def test_a_reply_without_code_to_run_is_prose(parts: list[Part], sizes: list[int], whole: bool) -> None:
    result = parse("".join(part.text for part in parts), sizes, whole)
    assert result.block is None
    assert result.prose == result.source == "".join(part.prose for part in parts)
    assert result.reasoning == "".join(part.reasoning for part in parts)


TOKENS = [
    *"`~ \n\r\t-*1.)(<>'\"\\#$x",
    *[
        "```",
        "~~~",
        "\n```",
        "\n```\n",
        "\r\n",
        "````",
        "```python\n",
        "```py\nx",
        "~~~sh\n",
        "```json\n",
        "- ```py\n  ",
    ],
    *[
        "'''",
        '"""',
        "<<EOF",
        "<<-'E'\n",
        "\nEOF\n",
        "\tE\n",
        "$((",
        "))",
        "<think>",
        "</think>",
        "<thinking>",
        "f(1)",
        "example",
    ],
    *[
        "\n<tool_call>",
        "</tool_call>",
        '{"name": "python", "arguments": {"code": "f(1)"}}',
        '{"language": "py", "code": "f(1)"}',
        "\n[TOOL_CALLS]",
        "<|python_tag|>",
        "<|eom_id|>",
        "<function=python>",
        "<execute_bash>",
        "</execute_bash>",
        "\u25c1think\u25b7",
        "\u25c1/think\u25b7",
        "[THINK]",
        "[/THINK]",
        "<|channel|>analysis<|message|>",
        "<|start|>assistant<|channel|>commentary to=python code<|message|>",
        "<|channel|>final<|message|>",
        "<|end|>",
        "<|call|>",
        "<|im_end|>",
        "\npython\n",
        "import x\nprint(1)\n",
        "print(1)```",
    ],
]


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(TOKENS), max_size=30).map("".join), SIZES, st.booleans())
def test_any_text_gives_the_same_however_it_is_cut(text: str, sizes: list[int], whole: bool) -> None:
    parse(text, sizes, whole)


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="`~ \n\r-1.p'\"\\<>#\u0130\u00a0", max_size=60), SIZES, st.booleans())
def test_any_characters_give_the_same_however_they_are_cut(text: str, sizes: list[int], whole: bool) -> None:
    parse("```py\n" + text, sizes, whole)
    assert parse(text, sizes, whole).source == text
