"""What keys and passwords look like: shapes that hardly anything else has."""

import re
from collections.abc import Iterable, Mapping

MARK = "[secret]"

_START = r"(?<![\w+/-])"
"""Where a word begins that is not the middle of base64."""
_GAP = r"(?:\s|\\[nr])+"
"""What is between lines, in a text or in a string of code."""

_PEM = (
    rf"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:{_GAP}[A-Z][\w-]+: [^\n\\]*)*(?:{_GAP}[A-Za-z0-9+/=]{{16,}})+"
    rf"(?:{_GAP}[A-Za-z0-9+/=]{{1,15}})?(?:{_GAP}-----END (?:[A-Z]+ )*PRIVATE KEY-----)?"
)
_PASSWORD = r"(?<=://)([^\s/:@'\"]*:)(?!(?:password|passwd|pass|pwd|secret|[xX*.]+)@|[{$<%\[])[^\s/@'\"]+(?=@)"

_SHAPES: tuple[tuple[str, str], ...] = (
    # OpenAI, Anthropic, OpenRouter: not a hyphenated name such as sk-learn-contrib-something.
    ("sk-", rf"{_START}sk-(?=[\w-]*\d)(?=[\w-]*[A-Za-z0-9_]{{16}})[\w-]{{20,}}"),
    ("k_", rf"{_START}[sr]k_(?:live|test)_[A-Za-z0-9]{{16,}}"),
    ("gsk_", rf"{_START}gsk_[A-Za-z0-9]{{40,}}"),
    ("xai-", rf"{_START}xai-[A-Za-z0-9]{{60,}}"),
    ("pplx-", rf"{_START}pplx-[A-Za-z0-9]{{40,}}"),
    ("r8_", rf"{_START}r8_[A-Za-z0-9]{{37,}}"),
    ("hf_", rf"{_START}hf_[A-Za-z0-9]{{30,}}"),
    ("AIza", rf"{_START}AIza[\w-]{{35}}(?![\w-])"),
    ("gh", rf"{_START}gh[pousr]_[A-Za-z0-9]{{36,}}"),
    ("github_pat_", rf"{_START}github_pat_\w{{22,}}"),
    ("glpat-", rf"{_START}glpat-[\w-]{{20,}}"),
    ("npm_", rf"{_START}npm_[A-Za-z0-9]{{36,}}"),
    ("pypi-", rf"{_START}pypi-AgEI[\w-]{{50,}}"),
    ("IA", rf"{_START}A[KS]IA[A-Z0-9]{{16}}(?![\w+/=])"),
    ("xox", rf"{_START}xox[abeoprs]-(?=[\w-]*\d)[\w-]{{10,}}"),
    ("eyJ", rf"{_START}eyJ[\w-]{{10,}}\.eyJ[\w-]{{10,}}\.[\w-]+"),
    ("earer", r"(?i:\b(bearer\s+))(?=[\w.~+/-]*\d)[\w.~+/-]{20,}=*"),
    ("PRIVATE KEY", _PEM),
    ("://", _PASSWORD),
)
"""Each with characters that stand in whatever has it: most texts are passed over at the speed of a search."""

SHAPES = tuple((sign, re.compile(pattern, re.ASCII)) for sign, pattern in _SHAPES)

_SECRET_NAME = re.compile(
    r"(?:.*_)?(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|(?:ACCESS|PRIVATE|SECRET)_KEY)", re.IGNORECASE
)


def without_shapes(text: str) -> str:
    """The text with everything that has the shape of a key or a password made into a mark."""
    for sign, shape in SHAPES:
        if sign in text or (sign == "earer" and "EARER" in text):
            text = shape.sub(_marked, text)
    return text


def _marked(match: re.Match[str]) -> str:
    """The mark, behind what stands before the secret itself."""
    before = match.group(1) if match.re.groups else ""
    return f"{before}{MARK}"


def secrets_in(environ: Mapping[str, str]) -> Iterable[str]:
    """The values of variables that are named like a secret and look like one, which no path and no plain word does."""
    return (value for name, value in environ.items() if _SECRET_NAME.fullmatch(name) and _is_unguessable(value))


def _is_unguessable(value: str) -> bool:
    is_mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    return not value.startswith(("/", "~", ".")) and (len(value) >= 16 or (len(value) >= 10 and is_mixed))
