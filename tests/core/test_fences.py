"""The fence parser, example by example; each one cut at every size."""

import re
import time

import pytest

from interpreter.core.fences import Code, CodeClosed, CodeOpened, FenceParser, Piece, Prose, Reasoning
from interpreter.core.messages import CodeBlock

LANGUAGES = {
    "python": "python",
    "py": "python",
    "tool_code": "python",
    "python3": "python",
    "bash": "bash",
    "sh": "bash",
    "r": "r",
}


def merged(pieces: list[Piece]) -> list[Piece]:
    result: list[Piece] = []
    for piece in pieces:
        last = result[-1] if result else None
        if isinstance(piece, Prose | Reasoning | Code):
            assert piece.text, "an empty piece says nothing"
            if type(last) is type(piece):
                result[-1] = type(piece)(last.text + piece.text)
                continue
        result.append(piece)
    return result


class Parsed:
    """What came of feeding these cuts."""

    def __init__(self, cuts: list[str], whole: bool = True) -> None:
        self.text = "".join(cuts)
        parser = FenceParser(LANGUAGES.get)
        pieces = [piece for cut in cuts for piece in parser.feed(cut)]
        pieces += parser.finish(whole=whole)
        assert parser.feed("more") == [] and parser.finish(whole=True) == []
        self.pieces = merged(pieces)
        self.source = parser.source
        self.block = parser.block
        self.check()

    def check(self) -> None:
        """What holds for every reply."""
        opened = [piece for piece in self.pieces if isinstance(piece, CodeOpened)]
        assert len(opened) <= 1
        closed = [piece.block for piece in self.pieces if isinstance(piece, CodeClosed)]
        assert closed == ([self.block] if self.block else [])
        if self.block:
            assert self.block == CodeBlock(opened[0].language, self.code)
            assert self.pieces[-1] == CodeClosed(self.block)
        elif not opened:
            # a closing tag of reasoning that none opened takes what stands before it out of the answer
            assert self.prose.endswith(self.source)
            assert self.prose == self.source or re.search("</|\\[/|\u25c1/", self.text)

    @property
    def prose(self) -> str:
        return "".join(piece.text for piece in self.pieces if isinstance(piece, Prose))

    @property
    def reasoning(self) -> str:
        return "".join(piece.text for piece in self.pieces if isinstance(piece, Reasoning))

    @property
    def code(self) -> str:
        return "".join(piece.text for piece in self.pieces if isinstance(piece, Code))

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, Parsed)
        return (self.pieces, self.source, self.block) == (other.pieces, other.source, other.block)


def cut_every(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def parse(text: str, whole: bool = True) -> Parsed:
    expected = Parsed([text], whole)
    for size in range(1, len(text) + 1):
        result = Parsed(cut_every(text, size), whole)
        assert result == expected, f"cut every {size}: {result.pieces} is not {expected.pieces}"
    return expected


def python(text: str, whole: bool = True) -> str | None:
    """The Python to run in a reply."""
    block = parse(text, whole).block
    assert block is None or block.language == "python"
    return block and block.code


# -- opening ----------------------------------------------------------------------------------------------------------


def test_prose_block_and_source_come_apart():
    result = parse("Let me see.\n\n```python\nprint(1)\nprint(2)\n```\nIt prints 3.\n```python\nprint(4)\n```\n")

    block = CodeBlock("python", "print(1)\nprint(2)")
    assert result.pieces == [
        Prose("Let me see.\n\n"),
        CodeOpened("python"),
        Code("print(1)\nprint(2)"),
        CodeClosed(block),
    ]
    assert result.source == "Let me see.\n\n```python\nprint(1)\nprint(2)\n```"


@pytest.mark.parametrize("mark", ["`", "~"])
@pytest.mark.parametrize("length", [3, 4, 7])
def test_fences_of_both_marks_and_any_length_are_seen(mark, length):
    fence = mark * length
    assert python(f"{fence}python\na\n{mark * (length - 1)}\nb\n{fence}\nc") == f"a\n{mark * (length - 1)}\nb"


@pytest.mark.parametrize("lead", ["", " ", "      ", "\t", "- ", "* ", "+ ", "1. ", "23) ", "  - ", "-   ", "- 1. "])
def test_fences_may_be_indented_or_stand_behind_list_markers(lead):
    assert python(f"{lead}```python\n{' ' * len(lead)}a\n{' ' * len(lead)}  b\n{' ' * len(lead)}```\n") == "a\n  b"


@pytest.mark.parametrize("lead", ["x ", "-", "1.", "> ", "1234567890. ", "a) "])
def test_fences_behind_other_text_are_prose(lead):
    assert python(f"{lead}```python\na()\n") is None


@pytest.mark.parametrize(
    "info",
    [
        "python",
        "Python",
        "PYTHON3",
        " py ",
        "python {.x}",
        "{python}",
        "{.python}",
        "{ .python .numberLines }",
        "python:main.py",
        "python,ignore",
        'python title="x"',
        'python title="for example this"',
        "python{cmd=true}",
        "python:example.py",
        "{python, echo=FALSE}",
        "python\t# examples",
    ],
)
def test_the_language_is_the_first_word(info):
    assert python(f"```{info}\na\n```\n") == "a"
    assert python(f"~~~{info}\na\n~~~\n") == "a"


@pytest.mark.parametrize(
    "info", ["python example", "{python example}", "python,example", "Python Example", "{.py .example}"]
)
def test_examples_are_prose(info):
    text = f"So:\n```{info}\nprint(1)\n```\nGood luck.\n"
    assert parse(text).pieces == [Prose(text)]


@pytest.mark.parametrize("info", ["json", "text", "markdown", "pythonic", "{.json}", "{}", ".", "=python"])
def test_fences_in_languages_that_do_not_run_are_prose(info):
    text = f"```{info}\nprint(1)\n```\nand on\n"
    assert parse(text).pieces == [Prose(text)]


def test_a_block_after_a_prose_fence_runs():
    assert python('```json\n{"a": 1}\n```\n\n```python\nprint(1)\n```\n') == "print(1)"


def test_a_fence_inside_a_longer_prose_fence_never_runs():
    text = "````markdown\n```python\nprint(1)\n```\n````\n"
    assert parse(text).pieces == [Prose(text)]
    assert python(text + "```python\nprint(2)\n```") == "print(2)"


def test_a_fence_inside_a_text_fence_never_runs():
    assert python("```text\n```python\nprint(1)\n") is None
    assert python("~~~text\n```python\nprint(1)\n```\n~~~\n") is None


def test_inline_code_is_prose():
    for text in ("```python print(1)``` is inline\nx()\n", "Use `x`, ``y`` and ```z```.\n", "```python`\nx()\n"):
        assert parse(text).pieces == [Prose(text)]


def test_an_overlong_fence_line_is_prose():
    for lead, info in ((" " * 1001, ""), ("", "x" * 1001)):
        text = f"{lead}```python {info}\nprint(1)\n"
        assert Parsed([text]) == Parsed(cut_every(text, 1)) == Parsed(cut_every(text, 700))
        assert Parsed([text]).block is None
    for length in range(995, 1005):
        text = "<think>".rjust(length) + "\nx\n"
        assert Parsed([text]) == Parsed(cut_every(text, 1)) == Parsed(cut_every(text, 999))
        text = "```py".ljust(length) + "\r\nx\n"
        assert Parsed([text]) == Parsed(cut_every(text, 1)) == Parsed(cut_every(text, 999))
        for after in ("", "x"):
            text = "```json\n" + "```".ljust(length) + after + "\n```py\nx\n```"
            assert Parsed([text]) == Parsed(cut_every(text, 1)) == Parsed(cut_every(text, 999))


# -- closing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("closing", ["```", "````", "  ```", "```  ", "\t```\t", "``````"])
def test_closing_fences_may_be_longer_indented_and_followed_by_blanks(closing):
    result = parse(f"```python\na\n{closing}\nrest\n")
    assert result.block == CodeBlock("python", "a")
    assert result.source == f"```python\na\n{closing.rstrip()}"


@pytest.mark.parametrize("line", ["``", "~~~", "```x", "``` `", "x```", "`` `", "```python"])
def test_other_lines_do_not_close(line):
    assert python(f"```python\na\n{line}\nb\n```\n") == f"a\n{line}\nb"


def test_carriage_returns_before_line_ends_go_from_code_and_stay_in_source():
    text = "Hi\r\n```python\r\na\r\n\r\nb\rc\r\r\n```\r\nx"
    result = parse(text)
    assert result.block == CodeBlock("python", "a\n\nb\rc\r")
    assert result.prose == "Hi\r\n"
    assert result.source == text[: text.rindex("```") + 3]


def test_the_last_line_end_is_not_code_and_others_are():
    assert python("```python\n\n\na\n\n\n```\n") == "\n\na\n\n"


def test_code_in_a_list_is_dedented_by_the_indent_of_its_fence():
    assert python("1. Do\n\n   ```python\n   if x:\n\n       y\n     \n   ```\n") == "if x:\n\n    y\n  "


def test_a_fence_indented_in_a_list_does_not_damage_unindented_code():
    assert python("  - ```python\nif x:\n    y\n    ```\n") == "if x:\n    y"
    assert python("    ```python\n  if x:\n      y\n  z\n```\n") == "if x:\n    y\nz"


def test_indented_code_in_a_fence_at_the_margin_keeps_its_indent():
    assert python("```python\n    a\n  b\n```\n") == "    a\n  b"


def test_lines_with_less_indent_lose_only_what_they_have():
    assert python("    ```python\n    a\n  b\nc\n    ```\n") == "a\nb\nc"


def test_leading_blank_lines_lose_their_indent_too():
    assert python("  ```python\n    \n  a\n  ```\n") == "  \na"


# -- strings ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("quote", ["'''", '"""'])
@pytest.mark.parametrize("prefix", ["", "r", "f", "Rb"])
def test_a_fence_inside_an_open_triple_quoted_string_is_content(quote, prefix):
    code = f"readme = {prefix}{quote}\n```\nls\n```\n{quote}\nprint(readme)"
    result = parse(f"```python\n{code}\n```\nDone.\n```python\nx\n```\n")
    assert result.block == CodeBlock("python", code)
    assert result.source == f"```python\n{code}\n```"


@pytest.mark.parametrize(
    "line",
    [
        'x = "it is \\""  # """',
        'x = \'"""\'',
        "x = \"'''\"",
        "# don't '''",
        'x = """a"""',
        'x = """a\\""" """',
        "x = r'\\'",
        'x = ""',
        'x = \'never closed """',
        "x = 'it\\'s \"\"\"'",
        'f"{x["a"]}"',
        "print(\"\"\"a\"\"\", '''b''')",
        'x = \'continued \\\n""" still\'',
        "print('a'",
        "x = [1, (2",
        "'",
        '"\\',
    ],
)
def test_a_fence_outside_triple_quotes_closes(line):
    for quote in ("'''", '"""'):  # a string that is wrongly taken for open would close here
        result = parse(f"```python\n{line}\n```\nThe end. {quote}\n```\n")
        assert result.block == CodeBlock("python", line)
        assert result.source == f"```python\n{line}\n```"


def test_an_escaped_quote_keeps_the_string_open():
    code = 'x = """\\"""\n```\n"""'
    assert python(f"```python\n{code}\n```\n") == code


def test_a_string_opened_after_another_one_keeps_the_block_open():
    code = "a = '''x''' + \"\"\"\n```\n'''\n```\n\"\"\""
    assert python(f"```python\n{code}\n```\n") == code


def test_if_the_string_never_closes_the_first_fence_closed_the_block():
    result = parse('A\n```python\nx = """abc\n```  \nSo much.\n\n```json\n{}\n```\nBye.\n')
    assert result.block == CodeBlock("python", 'x = """abc')
    assert result.source == 'A\n```python\nx = """abc\n```'
    assert result.prose == "A\n"


def test_if_the_string_closes_and_no_fence_does_the_first_one_closed_the_block():
    assert python('```python\nx = """abc\n```\ny\n"""\nz\n') == 'x = """abc'


def test_the_reply_may_end_with_the_fence_that_closes_an_unclosed_string():
    assert python('```python\nx = """abc\n```') == 'x = """abc'


def test_a_cut_reply_with_a_doubtful_close_has_no_block():
    result = parse('```python\nx = """abc\n```\nSo', whole=False)
    assert result.block is None
    assert result.pieces == [CodeOpened("python"), Code('x = """abc\n```\nSo')]


def test_code_behind_a_doubtful_close_is_withheld_until_it_is_certain():
    parser = FenceParser(LANGUAGES.get)
    assert parser.feed('```python\nx = """abc\n```\n') == [CodeOpened("python"), Code('x = """abc')]
    assert parser.feed('more\n"""\nz\n') == []
    block = CodeBlock("python", 'x = """abc\n```\nmore\n"""\nz')
    assert parser.feed("```\n") == [Code('\n```\nmore\n"""\nz'), CodeClosed(block)]


@pytest.mark.parametrize(
    ("command", "end"),
    [
        ("cat <<EOF", "EOF"),
        ("cat <<EOF > a.md", "EOF"),
        ("cat << 'EOF' | wc", "EOF"),
        ('cat <<"E F">x', "E F"),
        ("cat <<\\EOF", "EOF"),
        ("cat <<-EOF", "\t\tEOF"),
        ("cat <<A <<-'B'", "A\n```\nA\n\tB"),
        ("x=$(cat <<EOF", "EOF\n)"),
        ("git commit -m \"$(cat <<'EOF'", 'EOF\n)"'),
        ("echo it\\'s; cat <<EOF # don't", "EOF"),
        ("echo ${x#y} $((1<<2)); cat <<EOF", "EOF"),
        ("(( x = (1 << 2) )); cat <<EOF", "EOF"),
        ("cat <<< word <<EOF", "EOF"),
        ("echo \"it's\" 'a \"' $'\\''; cat <<EOF", "EOF"),
        ("cat <<EOF \\\nEOF", "EOF"),
        ('x="$(echo $((1 + 1)); cat <<EOF', 'EOF\n)"'),
        ("echo '\n<<A\n'\ncat <<EOF", "EOF"),
    ],
)
def test_a_fence_inside_a_here_document_is_content(command, end):
    code = f"{command}\n```\nit's\n```\n{end}\nls"
    result = parse(f"```bash\n{code}\n```\nDone.\n")
    assert result.block == CodeBlock("bash", code)


@pytest.mark.parametrize(
    "line",
    [
        "cat <<<EOF",
        "cat <<< EOF",
        "echo $((1<<EOF))",
        "(( x = 1 << EOF ))",
        "echo '<<EOF'",
        'echo "<<EOF $(ls) <<EOF"',
        "ls # <<EOF",
        "# <<EOF",
        "echo \\<<\\<EOF",
        "echo $'\\' <<EOF'",
        "cat <<EOF\nx\nEOF",
        "cat <<",
        "echo 'never closed",
    ],
)
def test_a_fence_outside_here_documents_closes(line):
    result = parse(f"```sh\n{line}\n```\nThe end.\nEOF\n```\n")
    assert result.block == CodeBlock("bash", line)


@pytest.mark.parametrize("no_end", ["  EOF", "\tEOF", "EOF ", "EOF)", "eof"])
def test_if_the_here_document_never_ends_the_first_fence_closed_the_block(no_end):
    result = parse(f"```bash\ncat <<EOF\nabc\n```\nIt waits.\n{no_end}\n```\n")
    assert result.block == CodeBlock("bash", "cat <<EOF\nabc")


def test_a_here_document_in_a_list_ends_at_its_dedented_delimiter():
    assert parse("- ```sh\n  cat <<EOF\n  ```\n  EOF\n  ```\n").block == CodeBlock("bash", "cat <<EOF\n```\nEOF")


def test_strings_of_other_languages_hold_no_fences():
    assert parse('```r\nx <- """\n```\n"""\n```\n').block == CodeBlock("r", 'x <- """')


# -- the end ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["", "\n", "\n```", "\n``", "\n`", "\n  ```", "\n``` ", "\n```\r", "\n   "])
def test_a_whole_reply_that_ends_in_an_open_fence_gives_the_block(end):
    assert python(f"x\n```python\nprint(1){end}") == "print(1)"


def test_what_is_no_closing_fence_at_the_end_is_code():
    assert python("```python\na\nb") == "a\nb"
    assert python("```python\na\n```b") == "a\n```b"
    assert python("```python\na\n\n") == "a\n"
    assert python('```python\nx = """\n``') == 'x = """\n``'


@pytest.mark.parametrize("end", ["", "\n", "\n``", "\n```", "\nprint("])
def test_a_cut_reply_gives_no_block_from_an_open_fence(end):
    result = parse(f"x\n```python\nprint(1){end}", whole=False)
    assert result.block is None
    assert result.source == f"x\n```python\nprint(1){end}"
    assert result.pieces[:2] == [Prose("x\n"), CodeOpened("python")]


def test_a_cut_reply_gives_the_block_that_closed():
    assert python("```python\na\n```\n", whole=False) == "a"


def test_nothing_is_read_after_the_block():
    parser = FenceParser(LANGUAGES.get)
    assert parser.feed("```python\na\n```\nb")[-1] == CodeClosed(CodeBlock("python", "a"))
    assert parser.feed("c\r") == [] and parser.finish(whole=False) == []
    assert parser.source == "```python\na\n```"


@pytest.mark.parametrize("content", ["", "\n", "  \n\n\t\n", "\r\n"])
@pytest.mark.parametrize("whole", [True, False])
def test_an_empty_block_is_prose_and_reading_goes_on(content, whole):
    text = f"a\n```python\n{content}```\nb\n"
    assert parse(text, whole).pieces == [Prose(text)]
    assert python(f"{text}```python\nc\n```\n", whole) == "c"
    text = f"a\n```python\n{content}"
    assert parse(text, whole).pieces == [Prose(text)]


@pytest.mark.parametrize("whole", [True, False])
def test_a_reply_may_end_in_an_opening_fence(whole):
    for text in ("`", "```", "- ```pyth", "```python", "```python\r", "1", "<thin", "\r", "~~", ""):
        assert parse(text, whole).prose == text


# -- unlabelled -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "import os\nfrom sys import path",
        "print(1)",
        "x = open('a')\nx: int = f()\nx += g()",
        "def f():\n    'doc'\n    return 1\n\nasync def g(): pass\nclass A: pass",
        "for x in y:\n    if x:\n        1\nwhile True: pass\nwith a: pass\ntry: pass\nexcept* A: pass",
        "# a comment\nprint('\\d')",
    ],
)
def test_unlabelled_python_that_acts_runs(code):
    assert python(f"Now:\n```\n{code}\n```\nx\n") == code
    assert python(f"~~~\n{code}") == code


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "ls -la",
        "pip install x",
        "x = 1",
        "print(1)\nx",
        "if x:\n    print(1)",
        "# only a comment",
        "'a string'",
        "x: int",
        "return f()",
        "print(1",
        "del x",
        "x = '\0'",
        "",
        "(" * 500,
    ],
)
def test_unlabelled_text_is_prose(text):
    reply = f"Out:\n```\n{text}\n```\nx\n"
    result = Parsed([reply])
    assert result.pieces == [Prose(reply)]
    assert Parsed(cut_every(reply, 1)) == Parsed(cut_every(reply, 4)) == result


def test_unlabelled_python_is_withheld_until_its_fence_closes():
    parser = FenceParser(LANGUAGES.get)
    assert parser.feed("```\nprint(1)\n") == []
    block = CodeBlock("python", "print(1)")
    assert parser.feed("```\n") == [CodeOpened("python"), Code("print(1)"), CodeClosed(block)]


def test_unlabelled_python_in_a_list_is_dedented():
    assert python("- ```\n  for x in y:\n      print(x)\n  ```\n") == "for x in y:\n    print(x)"


def test_a_cut_unlabelled_fence_is_prose():
    assert parse("```\nprint(1)\n", whole=False).pieces == [Prose("```\nprint(1)\n")]


def test_unlabelled_code_is_prose_where_python_does_not_run():
    parser = FenceParser(lambda tag: None)
    assert parser.feed("```\nprint(1)\n```\n") == [Prose("```\n"), Prose("print(1)\n"), Prose("```\n")]


def test_huge_unlabelled_text_is_prose():
    assert Parsed(["```\n", "print(1)\n" * 20_000, "```\n"]).block is None


def test_invalid_escapes_in_unlabelled_code_warn_nobody(recwarn):
    assert Parsed(["```\nprint('\\d')\n```\n"]).block is not None
    assert not recwarn.list


# -- reasoning --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["think", "thinking", "THOUGHT", "Reasoning"])
def test_code_inside_reasoning_is_not_run(tag):
    reasoning = "Perhaps\n```python\nprint(1)\n```\na < b </x> ok"
    result = parse(f"<{tag}>{reasoning}</{tag.title()}>\n\n```python\nprint(2)\n```\n")
    assert result.pieces[0] == Reasoning(reasoning)
    assert result.block == CodeBlock("python", "print(2)")
    assert result.source == "```python\nprint(2)\n```"


def test_line_ends_after_reasoning_are_dropped_and_a_line_starts():
    assert parse("a\n <think>b</think>\r\n\n\nc\n").pieces == [Prose("a\n "), Reasoning("b"), Prose("c\n")]
    assert parse("<think>b</think>  \nc").pieces == [Reasoning("b"), Prose("  \nc")]
    assert python("<think>b</think>```python\nc\n```\n") == "c"
    assert parse("<think>a</think><think>b</think>c").pieces == [Reasoning("ab"), Prose("c")]
    assert parse("<think></think>c").pieces == [Prose("c")]


@pytest.mark.parametrize("whole", [True, False])
def test_unclosed_reasoning_is_all_the_rest(whole):
    result = parse("a\n<think>b\n```python\nc\n```\n</thinking></thin", whole)
    assert result.pieces == [Prose("a\n"), Reasoning("b\n```python\nc\n```\n</thinking></thin")]
    assert result.source == "a\n"


@pytest.mark.parametrize(
    "text",
    ["a <think>\n", "- <think>\n", "<think >", "<thinker>x", "<b>x</b>", "a</think>", "<", "```json\n<think>\n```\n"],
)
def test_other_tags_are_prose(text):
    assert parse(text).pieces == [Prose(text)]
    assert python(f"{text}\n```python\na\n```") == "a"


def test_reasoning_tags_in_code_are_code():
    assert python('```python\nx = """\n<think>\n"""\n```\n') == 'x = """\n<think>\n"""'


def test_letters_that_change_their_length_in_lower_case_do_no_harm():
    assert parse("<think>\u0130</th\u0130nk></think>x").pieces == [Reasoning("\u0130</th\u0130nk>"), Prose("x")]


# -- streaming --------------------------------------------------------------------------------------------------------


def test_prose_streams_as_soon_as_it_is_certain():
    parser = FenceParser(LANGUAGES.get)
    assert parser.feed("H") == [Prose("H")]
    assert parser.feed("i ```") == [Prose("i ```")]
    assert parser.feed("\n") == [Prose("\n")]
    assert parser.feed("- ") == []
    assert parser.feed("`") == []
    assert parser.feed("x") == [Prose("- `x")]
    assert parser.feed("`\n``` a") == [Prose("`\n")]
    assert parser.feed(" `") == [Prose("``` a `")]


def test_code_streams_line_by_line():
    parser = FenceParser(LANGUAGES.get)
    assert parser.feed("```python\n") == []
    assert parser.feed("a\n") == [CodeOpened("python"), Code("a")]
    assert parser.feed("b\n\n") == [Code("\nb"), Code("\n")]
    assert parser.feed("``") == []
    assert parser.feed("`\n") == [CodeClosed(CodeBlock("python", "a\nb\n"))]


# -- what a rival got wrong -------------------------------------------------------------------------------------------


def test_deltas_of_four_characters_do_not_mangle_code():
    text = "Sure!\n```python\nprint('hello python')\n```\n"
    result = Parsed(cut_every(text, 4))
    assert result.block == CodeBlock("python", "print('hello python')")
    assert result.prose == "Sure!\n"


def test_inline_backticks_survive_in_prose():
    assert parse("Call `print` or ``x`y``, then:\n```py\na\n```\n").prose == "Call `print` or ``x`y``, then:\n"


def test_the_word_python_inside_code_is_not_deleted():
    assert python("```python\npython = 'python'\npython\n```\n") == "python = 'python'\npython"


# -- speed ------------------------------------------------------------------------------------------------------------

HUGE = 400_000


@pytest.mark.parametrize(
    "text",
    [
        "word " * (HUGE // 5),
        "\n" * (HUGE // 8),
        " " * HUGE,
        "`" * HUGE,
        "```" + "x" * HUGE,
        "- " * (HUGE // 2),
        "<think>" + "<" * HUGE,
        "<think></think>" * (HUGE // 15),
        "```python\n" + "x" * HUGE,
        "```python\n" + " " * HUGE,
        "```python\n" + "\n" * (HUGE // 4),
        "```python\n" + "x = 1\n" * (HUGE // 20),
        '```python\nx = """\n' + "```\n" * (HUGE // 4),
        '```python\nx = """\n' + '"' * HUGE,
        "```python\n" + "'" * HUGE + "\n",
        "```python\n\n```\n" * (HUGE // 15),
        "```\nx\n```\n" * (HUGE // 40),
        "```json\n" + "``\n" * (HUGE // 9),
        "```bash\n" + "$((" * (HUGE // 3) + "\n",
        "```bash\n" + "cat <<A\n" * (HUGE // 8),
        "```bash\n" + "<<" * (HUGE // 2) + "\n",
        "```bash\n" + "<<A " * (HUGE // 4) + "\nA" * 1000,
        "\r" * HUGE,
    ],
    ids=lambda text: repr(text[:24]),
)
def test_reading_takes_time_in_proportion_to_the_reply(text):
    started = time.process_time()
    Parsed(cut_every(text, 4))
    Parsed([text])
    assert time.process_time() - started < 4  # about 0.4 s; anything quadratic takes minutes
