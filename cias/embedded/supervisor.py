"""Keeps programs running: a child that dies is started again; a signal stops them all, in order.

The kernel asks the children to stop when the supervisor itself is killed, so that nothing is left behind.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cias.embedded.paths import REPOSITORY, EmbeddedError

START_TIMEOUT = 300.0  # a busy machine is slow; a child that dies says so at once
STOP_TIMEOUT = 10.0
CHECK_SECONDS = 5.0
# A child that dies this often does not run: better to stop and say so.
MAX_DEATHS, DEATHS_WINDOW = 5, 60.0
LOG_MAX_BYTES = 5_000_000
PR_SET_PDEATHSIG = 1


def say(message: str) -> None:
    sys.stdout.write(f"{message}\n")
    sys.stdout.flush()


def _die_with(parent: int) -> Callable[[], None]:
    """For the child, before it runs its program: the kernel sends SIGTERM when the parent dies (Linux)."""
    libc = ctypes.CDLL(None)

    def ask() -> None:
        if sys.platform == "linux":
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)

    return ask


@dataclass
class Child:
    """One program kept running; its output goes to its log, or to the terminal when it has none."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    log: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=MAX_DEATHS))

    def start(self) -> None:
        # A process group of its own: Ctrl+C reaches the supervisor alone, which then stops everything in order.
        with open(self._prepared_log() or os.devnull, "ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 - our own programs
                self.command,
                env={**os.environ, **self.environment},
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=output if self.log else None,
                stderr=output if self.log else None,
                process_group=0,
                preexec_fn=_die_with(os.getpid()),
            )

    def _prepared_log(self) -> Path | None:
        if self.log:
            self.log.parent.mkdir(exist_ok=True)
            if self.log.exists() and self.log.stat().st_size > LOG_MAX_BYTES:
                self.log.replace(self.log.with_suffix(".log.1"))
        return self.log

    @property
    def exit_code(self) -> int | None:
        """None as long as it has not ended."""
        return self.process.poll() if self.process else None

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.exit_code is None

    def signal(self, order: int) -> None:
        if self.process and self.is_running:
            self.process.send_signal(order)

    def kill_group(self) -> None:
        """The program and whatever it forked."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def last_lines(self) -> str:
        if not self.log or not self.log.exists():
            return ""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        return "\n".join(["", f"Fin de {self.log} :", *lines])


class Supervisor:
    """Starts the children, keeps them running until told to stop, stops them."""

    def __init__(self, children: list[Child], *, keep_services: Callable[[], None]) -> None:
        """`keep_services` is called every few seconds; an EmbeddedError of it is said, then it is tried again."""
        self.children = children
        self.keep_services = keep_services
        self.stopping = threading.Event()
        self.trouble = ""
        for order in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(order, self._on_signal)

    def _on_signal(self, order: int, frame: object) -> None:
        if self.stopping.is_set():  # asked twice: at once, then
            for child in self.children:
                child.signal(signal.SIGKILL)
        self.stopping.set()

    def run_to_end(self, child: Child) -> int:
        """Run a program that is meant to end, within reach of the stop signals; returns its exit code."""
        child.start()
        while (code := child.exit_code) is None:
            if self.stopping.wait(0.05):
                child.kill_group()
                return 130
        return code

    def watch(self, *, is_ready: Callable[[], bool], on_ready: Callable[[], None]) -> int:
        """Keep everything running until a signal; returns the exit code, raises EmbeddedError.

        The first child is the one people wait for: the others start once it answers, not to slow it down.
        """
        try:
            self.children[0].start()
            started = checked = time.monotonic()
            announced = False
            while not self.stopping.wait(0.2):
                for child in self.children:
                    self._revive(child)
                if not announced and is_ready():
                    announced = True
                    for child in self.children[1:]:
                        child.start()
                    on_ready()
                if not announced and time.monotonic() - started > START_TIMEOUT:
                    raise EmbeddedError(
                        f"Le site ne répond pas après {START_TIMEOUT:.0f} secondes.{self.children[0].last_lines()}"
                    )
                if time.monotonic() - checked > CHECK_SECONDS:
                    checked = time.monotonic()
                    self._check_services()
        finally:
            self._stop()
        return 0

    def _check_services(self) -> None:
        try:
            self.keep_services()
        except EmbeddedError as error:
            if str(error) != self.trouble:
                say(str(error))
            self.trouble = str(error)
        else:
            self.trouble = ""

    def _revive(self, child: Child) -> None:
        code = child.exit_code
        if code is None or self.stopping.is_set():
            return
        now = time.monotonic()
        child.deaths.append(now)
        child.kill_group()
        if len(child.deaths) == MAX_DEATHS and now - child.deaths[0] < DEATHS_WINDOW:
            raise EmbeddedError(f"{child.name} s’arrête sans cesse (code {code}).{child.last_lines()}")
        say(f"{child.name} s’est arrêté (code {code}) : redémarrage.")
        if not self.stopping.wait(1):
            child.start()

    def _stop(self) -> None:
        """Politely; then with the worker's cold shutdown, which gives its task back; then by force."""
        for order in (signal.SIGTERM, signal.SIGQUIT):
            for child in self.children:
                child.signal(order)
            deadline = time.monotonic() + STOP_TIMEOUT / 2
            while time.monotonic() < deadline and any(child.is_running for child in self.children):
                time.sleep(0.05)
        for child in self.children:
            child.kill_group()
