"""The address of a Jupyter Server as users give it, and what becomes of its token."""

import pytest

from interpreter.core.errors import WrongUsage
from interpreter.kernels.server_address import server_address, with_token


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://localhost:8888", "http://localhost:8888"),
        ("http://localhost:8888/?token=abc", "http://localhost:8888"),
        ("http://localhost:8888/lab?token=abc", "http://localhost:8888"),
        ("http://localhost:8888/lab/tree/a.ipynb", "http://localhost:8888"),
        ("http://localhost:8888/tree", "http://localhost:8888"),
        (" https://hub.example.org/user/ann/lab ", "https://hub.example.org/user/ann"),
        ("https://hub.example.org/labs/user/ann/", "https://hub.example.org/labs/user/ann"),
        ("http://[::1]:8888/", "http://[::1]:8888"),
    ],
)
def test_what_a_browser_shows_is_an_address(given: str, url: str) -> None:
    assert server_address(given, {}).url == url


@pytest.mark.parametrize(
    "given",
    ["", "localhost:8888", "ftp://host", "http://", "http://host:port", "http://host:99999", "https://a:b@host"],
)
def test_what_is_no_address_is_refused_without_being_repeated(given: str) -> None:
    with pytest.raises(WrongUsage) as raised:
        server_address(given, {})
    assert "a:b" not in str(raised.value)


def test_the_token_comes_from_the_address_then_from_our_variable_then_from_jupyters() -> None:
    both = {"INTERPRETER_KERNEL_SERVER_TOKEN": "ours", "JUPYTER_TOKEN": "theirs"}

    assert server_address("http://host?token=given", both).token == "given"
    assert server_address("http://host", both).token == "ours"
    assert server_address("http://host", {"JUPYTER_TOKEN": "theirs"}).token == "theirs"
    assert server_address("http://host", {}).token == ""


@pytest.mark.parametrize("token", ["a\r\nX-Evil: 1", "naïve", "a\x00b"])
def test_a_token_that_would_change_the_request_is_refused(token: str) -> None:
    with pytest.raises(WrongUsage):
        with_token(server_address("http://host", {}), token)


def test_the_token_is_in_nothing_that_is_shown() -> None:
    address = server_address("http://host:1/?token=the-secret", {})

    assert "the-secret" not in f"{address} {address!r} {address.url} {address.place} {address.host}"
    assert address.place == "the Jupyter server at host:1"


@pytest.mark.parametrize(
    ("given", "is_open"),
    [("http://localhost:1", False), ("http://127.0.0.1:1", False), ("https://host", False), ("http://host", True)],
)
def test_only_an_unencrypted_way_over_a_network_is_open_to_others(given: str, is_open: bool) -> None:
    assert server_address(given, {}).is_open_to_others == is_open
