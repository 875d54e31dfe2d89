"""What looks like a key is taken out, and science is not."""

import base64
import hashlib
import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.core.redact import Redactor
from interpreter.core.secret_shapes import MARK, secrets_in, without_shapes

LETTERS = string.ascii_letters + string.digits


def made(start: str, length: int, alphabet: str = LETTERS) -> str:
    """A key of no use to anybody, the same in each run."""
    body = random.Random(f"{start}{length}").choices(alphabet, k=length - 2)
    return f"{start}{''.join(body)}7a" if alphabet is LETTERS else f"{start}{''.join(body)}7A"


UPPER = string.ascii_uppercase + string.digits
KEYS = [
    made("sk-", 48),
    made("sk-proj-", 120, f"{LETTERS}-_"),
    made("sk-ant-api03-", 93, f"{LETTERS}-_"),
    made("sk-or-v1-", 64, "0123456789abcdef"),
    made("sk_live_", 24),
    made("gsk_", 52),
    made("xai-", 80),
    made("pplx-", 48),
    made("r8_", 37),
    made("hf_", 34),
    made("AIza", 35),
    made("ghp_", 36),
    made("gho_", 36),
    made("github_pat_", 82, f"{LETTERS}_"),
    made("glpat-", 20),
    made("npm_", 36),
    made("pypi-AgEI", 150),
    made("AKIA", 16, UPPER),
    made("ASIA", 16, UPPER),
    made("xoxb-", 50, "0123456789-"),
    f"{made('eyJ', 30)}.{made('eyJ', 60)}.{made('', 43)}",
]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key[:8])
@pytest.mark.parametrize(
    "around", ["{}", "KEY={}", "key = '{}'", '{{"key": "{}"}}', "({}),", "see {}\nnext", "`{}`", "?k={}&b"]
)
def test_a_key_is_taken_out_wherever_it_stands(key, around):
    assert without_shapes(around.format(key)) == around.format(MARK)


def pem(kind: str, end: str = "\n") -> str:
    lines = base64.b64encode(random.Random(kind).randbytes(400)).decode()
    body = end.join(lines[at : at + 64] for at in range(0, len(lines), 64))
    return f"-----BEGIN {kind}PRIVATE KEY-----{end}{body}{end}-----END {kind}PRIVATE KEY-----"


@pytest.mark.parametrize("kind", ["", "RSA ", "OPENSSH ", "EC "])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\\n"], ids=["lines", "windows", "in a string"])
def test_a_private_key_is_taken_out_whole_and_what_stands_around_it_stays(kind, end):
    assert without_shapes(f"before {pem(kind, end)} behind") == f"before {MARK} behind"
    cut = pem(kind, end).partition("-----END")[0]
    assert without_shapes(f"before {cut}") in (f"before {MARK}{end}", f"before {MARK}")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("postgresql://anna:hunter2x@db.example.org/x", "postgresql://anna:[secret]@db.example.org/x"),
        ("redis://:s3cr3t!@localhost:6379/0", "redis://:[secret]@localhost:6379/0"),
        ("git clone https://me:abc123@example.org/a.git", "git clone https://me:[secret]@example.org/a.git"),
        ("Authorization: Bearer abcdefghij0123456789.x", "Authorization: Bearer [secret]"),
        ("authorization: bearer abcdefghij0123456789==", "authorization: bearer [secret]"),
    ],
)
def test_of_addresses_and_headers_the_secret_alone_is_taken_out(text, left):
    assert without_shapes(text) == left
    assert without_shapes(left) == left


@pytest.mark.parametrize(
    "text",
    [
        "sk-learn-contrib-gaussian-mixture-models-2 and sk-image; task-1234567890abcdefghij; risk-adjusted-2026",
        "from sklearn.svm import SVC  # sk-learn 1.5.2, hf_hub, xox, AKIA, AIza, ghp_, Bearer token authentication",
        "The bearer of this letter; bearer tokens are sent as `Authorization: Bearer {token}`",
        "-----BEGIN CERTIFICATE-----\n" + "A" * 64 + "\n-----END CERTIFICATE-----",
        "a key begins with -----BEGIN PRIVATE KEY----- and then come lines of base64, which nobody should paste",
        "postgresql://user:password@localhost/db  mysql://{user}:{password}@{host}",
        "amqp://guest:$PASSWORD@mq  a://b:***@c",
        "http://localhost:8080/@me  https://example.org:443/a@b",
        "doi:10.1038/s41586-020-2649-2 (mail: a.b@example.org)",
        "ATGGCCATTGTAATGGGCCGCTGAAAGGGTGCCCGATAG >sp|P69905|HBA_HUMAN MVLSPADKTNVKAAWGKVGAHAGEYGAEALERMFLSFPTTKTYFPHF",
        r"\begin{equation} E_{k} = \hbar\omega_{k} \end{equation}",
        "InChI=1S/C8H10N4O2/c1-10-4-9-6-5(10)7(13)12(3)8(14)11(6)2/h4H",
        "RYZVQGRFAKIAJ 0x7ffd3c2b1a90 550e8400-e29b-41d4-a716-446655440000 1e-300 6.02214076e23 ASIA AKIAKE",
        "gh issue list; github_pattern_matching_is_not_a_token",
        "npm_config_registry=https://registry.npmjs.org; r8_unorm",
        hashlib.sha256(b"x").hexdigest() + " " + hashlib.sha512(b"x").hexdigest() + " " + hashlib.md5(b"x").hexdigest(),
        "sha512-" + base64.b64encode(hashlib.sha512(b"y").digest()).decode(),
    ],
)
def test_ordinary_text_of_science_and_programs_stays_as_it_is(text):
    assert without_shapes(text) == text


@given(st.binary(min_size=1, max_size=4_000), st.sampled_from(["{}", "data:image/png;base64,{}", '"{}"']))
def test_pictures_and_hashes_in_base64_stay_as_they_are(data, around):
    assert without_shapes(around.format(base64.b64encode(data).decode())) == around.format(
        base64.b64encode(data).decode()
    )


def test_a_large_picture_stays_as_it_is_in_either_base64():
    data = random.Random(7).randbytes(2_000_000)
    for text in (base64.b64encode(data).decode(), base64.urlsafe_b64encode(data).decode()):
        assert without_shapes(text) == text


def test_exact_values_come_first_and_then_shapes():
    assert Redactor(["my own password"])(f"my own password, {KEYS[0]}") == "[secret], [secret]"


def test_variables_that_are_named_like_secrets_are_known_by_value_unless_they_are_paths_or_words():
    environ = {
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMIxK7MDENGxbPxRfiCYzzzzzzzzzz",
        "DB_PASSWORD": "correct7horse",
        "CI_JOB_TOKEN": "a-long-token-of-words",
        "POSTGRES_PASSWORD": "postgres",
        "GOOGLE_TOKEN": "/home/me/token.json",
        "SSH_AUTH_SOCK": "/tmp/ssh-abc123/agent.1",
        "HOME": "/home/somebody1234567",
        "KEYBOARD": "a-long-value-0123456789",
    }
    assert list(secrets_in(environ)) == list(environ.values())[:3]
