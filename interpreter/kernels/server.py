"""The REST interface of a Jupyter Server; the only module that knows `requests` and what it raises."""

import time
from collections.abc import Callable
from typing import Any

import requests
from jupyter_kernel_client.manager import fetch

from interpreter.core.errors import KernelFailed, KeyRejected, WrongUsage
from interpreter.kernels.server_address import ServerAddress

CONNECT_SECONDS = 4.0
ANSWER_SECONDS = 8.0
START_SECONDS = 60.0
"""A server that has answered before may have to find a machine for the kernel first."""
BRIEF_SECONDS = 2.0
"""For what is asked while a person waits for the end of something."""


AGAIN_SECONDS = 0.2


class ServerFailed(KernelFailed):
    """The server is there, and could not do what it was asked for."""


class Server:
    """A server at an address; raises InterpreterErrors whose words hold no token."""

    def __init__(self, address: ServerAddress) -> None:
        self.address = address

    def kernelspecs(self) -> dict[str, Any]:
        """What kernels there are: `default`, and `kernelspecs` by their names."""
        found = self._ask("GET", "/api/kernelspecs").json()
        if not isinstance(found, dict) or not isinstance(found.get("kernelspecs"), dict):
            raise self._no_server()
        return found

    def start(self, name: str) -> str:
        """Start a kernel and give its id."""
        path = "/api/kernels"
        model = self._ask("POST", path, {"name": name}, START_SECONDS, failed="The kernel could not be started")
        return str(model.json()["id"])

    def has(self, kernel_id: str) -> bool:
        """Whether it knows that kernel."""
        answer = self._ask("GET", f"/api/kernels/{kernel_id}", seconds=BRIEF_SECONDS, allowed=404)
        return bool(answer.status_code != 404)

    def interrupt(self, kernel_id: str) -> None:
        """Interrupt what a kernel runs, in the way that kernel wants it."""
        self._ask("POST", f"/api/kernels/{kernel_id}/interrupt", seconds=BRIEF_SECONDS, allowed=404)

    def end(self, kernel_id: str, seconds: float = ANSWER_SECONDS) -> None:
        """End a kernel; the server goes on to do it when we do not wait for the answer."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                self._ask("DELETE", f"/api/kernels/{kernel_id}", seconds=seconds, allowed=404)
                return
            except ServerFailed:
                # A kernel that the server is just starting again cannot be ended until that is done.
                if time.monotonic() > deadline:
                    raise
                time.sleep(AGAIN_SECONDS)

    def _ask(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        seconds: float = ANSWER_SECONDS,
        *,
        allowed: int = 0,
        failed: str = "",
    ) -> requests.Response:
        response = self._answer(method, path, body, seconds)
        status, where = response.status_code, self.address.place
        if status in (401, 403):
            raise KeyRejected(f"{_begun(where)} {self._refusal}.", TOKEN_HINT)
        if 300 <= status < 400:
            raise WrongUsage(
                f"{_begun(where)} sends its visitors elsewhere, which is not followed.",
                "Give the address that it sends a browser to.",
            )
        if status == 404 != allowed:
            raise self._no_server()
        if status >= 400 and status != allowed:
            told = failed or f"{_begun(where)} failed"
            raise ServerFailed(f"{told}: {_reason(response)}.", f"See the log of {where}.")
        return response

    def _answer(self, method: str, path: str, body: dict[str, Any] | None, seconds: float) -> requests.Response:
        address = self.address
        try:
            response: requests.Response = fetch(
                address.url + path,
                method=method,
                json=body,
                timeout=(min(CONNECT_SECONDS, seconds), seconds),
                allow_redirects=False,
                # An `auth` of ours keeps passwords in ~/.netrc from taking the place of the token.
                auth=_bearing(address.token),
                verify=address.certificates or True,
                **({"proxies": {"http": None, "https": None, "all": None}} if address.is_here else {}),
            )
        except requests.HTTPError as error:
            assert error.response is not None
            return error.response
        except requests.exceptions.SSLError as error:
            raise KernelFailed(
                f"The certificate of {address.place} is not trusted.",
                "Where you trust it, name its authority's file in SSL_CERT_FILE.",
            ) from error
        except requests.Timeout as error:
            raise KernelFailed(f"{_begun(address.place)} does not answer.", REACH_HINT) from error
        except (requests.RequestException, OSError) as error:
            raise KernelFailed(f"Nobody answers at {address.host}.", REACH_HINT) from error
        return response

    @property
    def _refusal(self) -> str:
        return "refused the token" if self.address.token else "wants a token"

    def _no_server(self) -> WrongUsage:
        return WrongUsage(
            f"There is no Jupyter server at {self.address.url}.", "Give the address that its own start-up prints."
        )


TOKEN_HINT = "Set INTERPRETER_KERNEL_SERVER_TOKEN to the token that the server prints when it starts."
REACH_HINT = "Check the address and that the server runs, then try again."


def _bearing(token: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    def authorize(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.pop("Authorization", None)
        if token:
            request.headers["Authorization"] = f"token {token}"
        return request

    return authorize


def _begun(place: str) -> str:
    return place[0].upper() + place[1:]


def _reason(response: requests.Response) -> str:
    try:
        words = str(response.json().get("message") or "")
    except (ValueError, AttributeError):
        words = ""
    first = next((line.strip() for line in words.splitlines() if line.strip()), "")
    return (first or f"status {response.status_code}").rstrip(".")[:300]
