"""Two servers in a row must agree where a request ends: what could be read in two ways is refused (ASVS V4.2.1).

A real gunicorn, spoken to byte by byte: each request below hides a second one in what one reader would take for its
body. Its workers keep the connection here, which those of docker-compose.yml do not: a second request would be
answered. The proxy in front (Caddy) is not tested; here is the last door.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.platform.conftest import REPOSITORY, eventually

HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: cias.test\r\n\r\n"
CHUNKED = b"0\r\n\r\n" + HIDDEN


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Says which address was asked, after reading the body as the server delimits it."""
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"asked " + environ["PATH_INFO"].encode()]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", f"{__name__}:application", "--bind", f"127.0.0.1:{number}", "--log-level",
         "critical", "--no-control-socket", "--worker-class", "gthread"],
        cwd=REPOSITORY, start_new_session=True,
    )  # fmt: skip
    try:
        assert eventually(lambda: b"asked /plain" in _ask(number, _request(b"", path=b"/plain")), seconds=60)
        yield number
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _request(*headers: bytes, body: bytes = b"", path: bytes = b"/shown") -> bytes:
    lines = [b"POST " + path + b" HTTP/1.1", b"Host: cias.test", *filter(None, headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _ask(number: int, sent: bytes) -> bytes:
    """All that is answered until the server closes, or says nothing for a second."""
    answer = b""
    with (
        suppress(TimeoutError, ConnectionError),
        socket.create_connection(("127.0.0.1", number), timeout=1) as line,
    ):
        line.sendall(sent)
        while piece := line.recv(65536):
            answer += piece
    return answer


def test_a_second_request_would_be_answered_if_it_were_read_as_one(port: int) -> None:
    answer = _ask(port, _request(b"Content-Length: 0") + HIDDEN)
    assert b"asked /shown" in answer
    assert b"asked /hidden" in answer


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        pytest.param((b"Content-Length: 5", b"Transfer-Encoding: chunked"), CHUNKED, id="length and chunks"),
        pytest.param((b"Transfer-Encoding: chunked", b"Content-Length: 5"), CHUNKED, id="chunks and length"),
        pytest.param((b"Content-Length: 5", b"Transfer-Encoding: xchunked"), CHUNKED, id="unknown coding"),
        pytest.param(
            (b"Content-Length: 5", b"Transfer-Encoding : chunked"), CHUNKED, id="space before the colon"
        ),
        pytest.param(
            (b"Content-Length: 5", b"Transfer-Encoding: identity, chunked"), CHUNKED, id="two codings"
        ),
        pytest.param((b"Content-Length: 5", b"Transfer-Encoding:\x0bchunked"), CHUNKED, id="vertical tab"),
        pytest.param((b"Content-Length: 5", b" Transfer-Encoding: chunked"), CHUNKED, id="folded line"),
        pytest.param((b"Content-Length: 0", b"Content-Length: 46"), HIDDEN, id="two lengths"),
        pytest.param((b"Content-Length: 0, 46",), HIDDEN, id="a list of lengths"),
        pytest.param((b"Content-Length: +0",), HIDDEN, id="a sign"),
        pytest.param((b"Content-Length: 0x0",), HIDDEN, id="hexadecimal"),
        pytest.param((b"Transfer-Encoding: chunked",), b"0_0\r\n\r\n" + HIDDEN, id="size of a chunk"),
        pytest.param(
            (b"Transfer-Encoding: chunked",), b"5\r\n1234567890\r\n0\r\n\r\n" + HIDDEN, id="chunk too long"
        ),
    ],
)
def test_a_request_that_could_be_read_in_two_ways_hides_no_other(
    port: int, headers: tuple[bytes, ...], body: bytes
) -> None:
    answer = _ask(port, _request(*headers, body=body))
    assert b"asked /hidden" not in answer
    assert answer.count(b"HTTP/1.1 ") <= 1
