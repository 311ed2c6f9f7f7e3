"""PostgreSQL restarted and killed while agents work, behind a real gunicorn with the ordinary settings."""

import os
import signal
import socket
import socketserver
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from django.core.signals import got_request_exception
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from psycopg.errors import FinishedPGconn

from cias.core import lost_database
from cias.core.postgresql import base as postgresql
from cias.core.postgresql.base import passing
from tests.platform.conftest import (  # noqa: F401 - fixtures
    REPOSITORY,
    Sandbox,
    eventually,
    initialised,
    make_sandbox,
    sandbox,
)

THREADS = 3


@pytest.fixture
def web(sandbox: Sandbox) -> Iterator[int]:  # noqa: F811
    """The port of a web server of two processes on the sandbox's database."""
    sandbox.join()
    sandbox.sql("CREATE TABLE written (number int, half int)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "django.core.wsgi:get_wsgi_application()", "--bind", f"127.0.0.1:{port}",
         "--workers", "2", "--log-level", "warning"],
        env=sandbox.environment(DJANGO_SETTINGS_MODULE="tests.faults.site", ALLOWED_HOSTS="127.0.0.1"),
        cwd=REPOSITORY, start_new_session=True,
    )  # fmt: skip
    try:
        assert eventually(lambda: ask(port, "GET", "/read/")[0] == 200, seconds=60)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def ask(port: int, method: str, path: str, **typed: int) -> tuple[int, str]:
    web = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if typed else {}
        web.request(method, path, urlencode(typed) or None, kind)
        answer = web.getresponse()
        return answer.status, answer.read().decode()
    except ConnectionError:
        return 0, ""
    finally:
        web.close()


class Traffic:
    """Agents who read and write without a pause; what each was answered."""

    def __init__(self, port: int) -> None:
        self.port, self.stop = port, threading.Event()
        self.reads: list[int] = []
        self.writes: dict[int, int] = {}
        self.threads = [threading.Thread(target=self._work, args=(rank,)) for rank in range(THREADS)]

    def _work(self, rank: int) -> None:
        number = rank
        while not self.stop.is_set():
            self.reads.append(ask(self.port, "GET", "/read/")[0])
            self.writes[number], _ = ask(self.port, "POST", "/write/", number=number)
            number += THREADS

    def __enter__(self) -> "Traffic":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("order", [signal.SIGINT, signal.SIGKILL], ids=["restarted", "killed"])
def test_no_page_fails_and_nothing_acknowledged_is_lost(
    web: int,
    sandbox: Sandbox,  # noqa: F811
    order: signal.Signals,
) -> None:
    with Traffic(web) as traffic:
        for _ in range(2):
            done = len(traffic.reads) + 10
            assert eventually(lambda enough=done: len(traffic.reads) > enough, seconds=60)
            server = sandbox.postgres
            assert server
            os.kill(server, order)
            time.sleep(0.2)
            sandbox.join()
        done = len(traffic.reads) + 10
        assert eventually(lambda: len(traffic.reads) > done, seconds=60)
    assert set(traffic.reads) == {200}
    # A form the server went away under is answered « la base ne répond pas », never by an error, never by half.
    assert set(traffic.writes.values()) <= {200, 503}
    rows = dict(sandbox.sql("SELECT number, count(*) FROM written GROUP BY number"))
    assert set(rows.values()) == {2}
    assert {number for number, status in traffic.writes.items() if status == 200} <= set(rows)


class TestTheMiddleware:
    """Without a server: what is asked again, what is not, and what is said."""

    def answer(
        self, monkeypatch: pytest.MonkeyPatch, method: str, lost: int
    ) -> tuple[HttpResponse, list[str]]:
        calls: list[str] = []

        def view(request: HttpRequest) -> HttpResponse:
            calls.append(request.method or "")
            if len(calls) > lost:
                return HttpResponse("page")
            try:
                raise OperationalError("server closed the connection unexpectedly")
            except OperationalError:
                got_request_exception.send(sender=None, request=request)
            return HttpResponse(status=500)

        monkeypatch.setattr(lost_database, "_is_gone", lambda: True)
        monkeypatch.setattr(lost_database.connections, "all", lambda **kwargs: [])
        request = getattr(RequestFactory(), method)("/")
        return lost_database.LostDatabaseMiddleware(view)(request), calls

    def test_a_page_is_read_once_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        response, calls = self.answer(monkeypatch, "get", lost=1)
        assert (response.status_code, len(calls)) == (200, 2)

    @pytest.mark.parametrize(("method", "times"), [("get", 2), ("post", 1)])
    def test_what_cannot_be_answered_says_what_to_do(
        self, monkeypatch: pytest.MonkeyPatch, method: str, times: int
    ) -> None:
        response, calls = self.answer(monkeypatch, method, lost=9)
        assert (response.status_code, len(calls)) == (503, times)
        assert response.headers["Retry-After"]
        assert "La base de données ne répond pas" in response.content.decode()


@pytest.mark.django_db
def test_a_database_without_room_says_so_and_keeps_what_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's own refusal (SQLSTATE 53100), raised where it would be: by the statement that writes."""

    def view(request: HttpRequest) -> HttpResponse:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$")
        except OperationalError:
            got_request_exception.send(sender=None, request=request)
        return HttpResponse(status=500)

    response = lost_database.LostDatabaseMiddleware(view)(RequestFactory().post("/"))
    assert response.status_code == 503
    assert "ne peut plus rien enregistrer" in response.content.decode()
    assert "rien de ce qui était enregistré n’est perdu" in response.content.decode()


@pytest.mark.django_db
def test_an_error_of_a_working_connection_is_an_error() -> None:
    request = RequestFactory().get("/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    try:
        raise OperationalError("canceling statement due to statement timeout")
    except OperationalError:
        lost_database.remember(None, request)
    assert not hasattr(request, "lost_database")


# In a process of its own: libpq, while it asks a server how it is, lets no other thread run.
REFUSAL = """
import socketserver, sys
fields = "SFATAL\\0VFATAL\\0C{}\\0M{}\\0\\0".format(*sys.argv[1:]).encode()
class Refusal(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.recv(4096)
        self.request.sendall(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)
with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refusal) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
"""


@contextmanager
def refusing_server(code: str, said: str) -> Iterator[dict[str, object]]:
    """A server that answers each connection with this SQLSTATE and these words; where it is."""
    command = [sys.executable, "-c", REFUSAL, code, said]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield {
                "host": "127.0.0.1", "port": int(process.stdout.readline()), "user": "cias",
                "sslmode": "disable", "gssencmode": "disable",
            }  # fmt: skip
        finally:
            process.terminate()


@pytest.mark.parametrize(
    ("code", "said", "waits"),
    [
        ("57P03", "the database system is starting up", True),
        ("57P03", "le système de bases de données se lance", True),
        ("57P03", "le système de base de données s’arrête", True),
        ("57P03", "das Datenbanksystem startet", True),
        ("28P01", "authentification par mot de passe échouée pour l’utilisateur", False),
        ("3D000", "la base de données « cias » n’existe pas", False),
        ("53300", "sorry, too many clients already", False),
    ],
)
def test_only_a_server_that_comes_back_is_waited_for_whatever_its_language(
    code: str, said: str, waits: bool
) -> None:
    with refusing_server(code, said) as where:
        with pytest.raises(psycopg.OperationalError, match=said[:20]) as refusal:
            psycopg.connect(**where)
        assert refusal.value.sqlstate is None  # psycopg has the words alone
        assert passing(refusal.value) is waits


def test_a_server_that_is_away_is_waited_for(tmp_path: Path) -> None:
    with pytest.raises(psycopg.OperationalError) as refusal:
        psycopg.connect(host=str(tmp_path), dbname="cias")
    assert passing(refusal.value)


def test_the_process_does_not_wait_with_the_question() -> None:
    """libpq would hold every thread of it: that of this server too, which could then not say no."""

    class Refusing(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(1000)
            fields = b"SFATAL\0C28P01\0Mrefus\0\0"
            self.request.sendall(b"E" + struct.pack("!I", len(fields) + 4) + fields)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refusing) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            tried = FinishedPGconn(host=b"127.0.0.1", port=str(server.server_address[1]).encode())
            assert not passing(psycopg.OperationalError("refus", pgconn=tried))
        finally:
            server.shutdown()
            thread.join()


def test_a_server_that_says_nothing_is_not_listened_to_for_ever() -> None:
    """It takes the connection and no more: as one that is busy starting. It is asked again."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        tried = FinishedPGconn(hostaddr=b"127.0.0.1", port=str(silent.getsockname()[1]).encode())
        assert passing(psycopg.OperationalError("silence", pgconn=tried))
        assert postgresql.ASKING <= 0.3  # what a request may lose each time


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"", None),
        (b"R\0\0\0\x0c\0\0\0\x0a", ""),
        (b"E\0\0\0\x0fSFATAL\0C57P03\0\0", "57P03"),
        (b"E\0\0\0\x0fFATAL: old", ""),
    ],
)
def test_what_a_first_answer_says(answer: bytes, code: str | None) -> None:
    assert postgresql._sqlstate(answer) == code


@pytest.mark.parametrize(
    ("answers", "tries"), [(["no", "no"], 2), (["no", "away", "no", "no"], 4), (["no", ""], 2)]
)
def test_who_is_refused_twice_in_a_row_is_refused(
    monkeypatch: pytest.MonkeyPatch, answers: list[str], tries: int
) -> None:
    """Between its refusal and the question, a server may have come back: that one answer proves nothing."""
    told = iter(answers)
    done: list[str] = []

    def connect(self: object, conn_params: object) -> str:
        done.append(next(told))
        if done[-1]:
            raise psycopg.OperationalError(done[-1])
        return "connection"

    monkeypatch.setattr(postgresql.base.DatabaseWrapper, "get_new_connection", connect)
    monkeypatch.setattr(postgresql, "passing", lambda error: str(error) == "away")
    monkeypatch.setattr(postgresql.time, "sleep", lambda seconds: None)
    wrapper = postgresql.DatabaseWrapper({})
    if answers[-1]:
        with pytest.raises(psycopg.OperationalError):
            wrapper.get_new_connection({})
    else:
        assert wrapper.get_new_connection({}) == "connection"
    assert len(done) == tries
