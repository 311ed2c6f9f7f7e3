"""What a browser loads: a first visit, then one page more; nobody else is asked (quality.md)."""

import gzip
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.urls import reverse
from playwright.sync_api import Response, sync_playwright

from cias.accounts.models import User
from tests.bench import Figure
from tests.bench.bench_pages import someone
from tests.bench.serving import PORT, served, session_of
from tests.browser.conftest import ARGUMENTS, find_chromium

DATABASE = "large"
FIRST, AFTER = 250, 40
ANSWERED = ("text/html", "application/json")


def bench_weight() -> Iterator[Figure]:
    user = User.objects.get(email="agent0@banc.test")
    origin = f"http://localhost:{PORT}"
    pages = {
        "household, first visit": reverse("households:detail", args=[someone()]),
        "list of households": reverse("households:list"),
        "my day": reverse("dashboard:home"),
        "to do": reverse("dashboard:work"),
        "my week": reverse("appointments:mine"),
        "my week, again": reverse("appointments:mine"),
    }
    session = session_of(user)
    found: dict[str, float] = {}
    elsewhere: set[str] = set()
    with served(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        context = browser.new_context(locale="fr-FR")
        context.add_cookies([{"name": "sessionid", "value": session, "url": origin}])
        page = context.new_page()
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        loaded: list[float] = []
        wire.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
        wire.on(
            "Network.requestWillBeSent",
            lambda event: elsewhere.add(urlsplit(event["request"]["url"]).netloc)
            if not event["request"]["url"].startswith(("data:", origin)) else None,
        )  # fmt: skip
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))
        for name, address in pages.items():
            loaded.clear()
            answers.clear()
            answer = page.goto(origin + address, wait_until="networkidle")
            assert answer is not None
            assert answer.url == origin + address
            # The proxy compresses what views answer (docker/Caddyfile); files are compressed when collected.
            bodies = [one.body() for one in answers if one.headers["content-type"].startswith(ANSWERED)]
            found[name] = (sum(loaded) - sum(len(it) - len(gzip.compress(it)) for it in bodies)) / 1000
        browser.close()
    for name, weight in found.items():
        yield Figure(
            f"weight: {name}",
            weight,
            "kB",
            FIRST if "first" in name else AFTER,
            beside="compressed, headers included",
        )
    yield Figure("  requests to somebody else", len(elsewhere), "", 0, beside=", ".join(sorted(elsewhere)))
