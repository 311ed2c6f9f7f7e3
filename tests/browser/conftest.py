"""Chromium against a live server: one browser for each xdist worker, a fresh context for each logged-in agent.

A test fails by itself when a page logs an error in the console (a CSP violation is one), when a sub-resource
answers 4xx or 5xx, or when anything is asked of another host.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, expect
from pytest_django.live_server_helper import LiveServer

from cias.accounts.models import User
from tests.access.world import World, build_world
from tests.browser.people import monday, people  # noqa: F401 - fixtures

# Playwright's synchronous API keeps an event loop in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# The first is Chromium without what makes a desktop program of it: a page costs it a third less to open.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    # No page lives long enough to repay V8 for compiling axe's functions once more, and better: a fifth of an audit.
    "--js-flags=--no-opt --no-maglev",
]  # fmt: skip
# Two busy cores may keep a page waiting.
expect.set_options(timeout=15_000)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def find_chromium() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = find_chromium()
    if chromium is None:
        pytest.fail("Chromium is needed: `.ci/system.sh browser` installs it, CHROMIUM=/path names one.")
    return {**browser_type_launch_args, "executable_path": chromium, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "locale": "fr-FR",
        "timezone_id": "Europe/Paris",
        "color_scheme": "light",
        "reduced_motion": "reduce",
        "viewport": {"width": 1440, "height": 900},
    }


class Watch:
    """Collects what a page does behind the reader's back."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.problems: list[str] = []

    def follow(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"exception: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium says it of every answer from 400 up, pages included: _response knows which ones matter.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"console: {message.text} ({message.location.get('url')})")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.host, "data:", "blob:", "about:")):
            self.problems.append(f"request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type not in ("document", "xhr", "fetch"):
            self.problems.append(f"{response.status}: {response.url}")
        if response.status >= 500:
            self.problems.append(f"{response.status}: {response.url}")


@pytest.fixture
def watch(live_server: LiveServer) -> Watch:
    return Watch(live_server.url)


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext],
    live_server: LiveServer,
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[], BrowserContext]]:
    # As in production, a page finds its connection open: PostgreSQL's next one knows no table yet. Chromium keeps its
    # own as long as the context lasts, the server one thread for each, the thread its connection.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)

    def open_context() -> BrowserContext:
        context = new_context(base_url=live_server.url)
        context.set_default_timeout(10_000)
        # A busy machine loads slowly; what a page costs is measured by the bench, never here.
        context.set_default_navigation_timeout(40_000)
        watch.follow(context)
        return context

    yield open_context
    assert watch.problems == []


def session_of(user: User) -> Client:
    """A Django client logged in as `user`, just now: the pages that ask for the password again open too."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    request = HttpRequest()
    request.user, request.session = user, client.session
    record_authentication(request, user, method="password", reauthenticated=True)
    request.session.save()
    return client


@pytest.fixture
def browser_login(
    new_context: Callable[[], BrowserContext], live_server: LiveServer
) -> Callable[[User], Page]:
    """`browser_login(user)` gives a page of a new context, already logged in as `user`."""

    def _login(user: User) -> Page:
        name = settings.SESSION_COOKIE_NAME
        cookie = session_of(user).cookies[name].value
        context = new_context()
        context.add_cookies([{"name": name, "value": cookie, "url": live_server.url}])
        return context.new_page()

    return _login


@pytest.fixture
def world(transactional_db: None) -> World:
    """One household with everything in it, and an agent of each role."""
    return build_world()
