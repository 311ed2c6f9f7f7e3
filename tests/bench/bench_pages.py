"""The pages one opens all day, beside their own SQL, beside an empty page, and with fewer households.

Fewer households, and all else equal: the agent follows as many, the day draws as many appointments (`real_agent`).
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cias.accounts.models import User
from cias.dashboard.kept import NOW
from households.models import Household, Task
from rights.models import RightsFile
from tests.bench import Figure, Measure, database_time, side_by_side
from tests.bench.databases import use_large
from tests.bench.dataset import Scale
from tests.bench.real_agent import NAME, Day, at_work

DATABASE = "large"
REPEAT = 9
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MOST_QUERIES, OVER_SQL, OVER_EMPTY, GROWTH = 12, 15, 3, 1.5


@dataclass(frozen=True)
class Page:
    """Who opens what; `typed` is posted, as the search box does. What an `extreme` costs is told, not judged."""

    name: str
    who: str
    address: Callable[[], str]
    typed: str = ""
    extreme: bool = False

    def opened(self, client: Client) -> Any:
        if self.typed:
            return client.post(self.address(), {"q": self.typed}, headers={"HX-Request": "true"})
        return client.get(self.address())


def someone() -> str:
    """A household of the first agent, open, with a claim and a task: the same story among few and among many."""
    rows = Household.objects.active().filter(
        Exists(RightsFile.objects.filter(household=OuterRef("pk"))),
        Exists(Task.objects.filter(household=OuterRef("pk"))),
        assignments__agent__email="agent0@banc.test",
    )
    return str(rows.order_by("number")[rows.count() // 2].pk)


def at(name: str, *args: str) -> Callable[[], str]:
    return lambda: reverse(name, args=args)


def working_day() -> date:
    """Today, Friday at the week-end: an agenda is of no interest without appointments."""
    today = timezone.localdate()
    return today - timedelta(days=max(today.weekday() - 4, 0))


def agenda() -> str:
    day = working_day()
    return reverse("appointments:day") + ("" if day == timezone.localdate() else f"?jour={day}")


PAGES = (
    Page("list of households", "agent0", at("households:list")),
    Page("list of one commune", "agent0", lambda: f"{reverse('households:list')}?commune=28085"),
    Page("search while one types", "accueil", at("households:search"), typed="marti"),
    Page("household", "agent0", lambda: reverse("households:detail", args=[someone()])),
    Page("composition of a household", "agent0", lambda: reverse("households:composition", args=[someone()])),
    Page("agenda of the day, 40 agents", "accueil", agenda),
    Page("my week", "agent0", at("appointments:mine")),
    Page("my day (home)", NAME, at("dashboard:home")),
    Page("to do", NAME, at("dashboard:work")),
    # One of the forty who share all the households: 2 500 files each, which nobody follows.
    Page("my day, a fortieth of all files", "agent0", at("dashboard:home"), extreme=True),
    Page("to do, a fortieth of all files", "agent0", at("dashboard:work"), extreme=True),
    Page("steering", "direction", at("dashboard:steering")),
    # What is paid when nobody counted in the last quarter of an hour, which the worker sees to.
    Page("steering, counted now", "direction", lambda: f"{reverse('dashboard:steering')}?{NOW}=1"),
    Page("to do, whole service", "direction", at("dashboard:service")),
    Page("board", "elue", at("dashboard:board")),
)
EMPTY = Page("accessibility", "agent0", at("dashboard:accessibility"))


def clients() -> dict[str, Client]:
    found = {}
    for name in {page.who for page in (*PAGES, EMPTY)}:
        found[name] = Client(SERVER_NAME="localhost")
        found[name].force_login(User.objects.get(email=f"{name}@banc.test"), backend=BACKEND)
    return found


def asked(page: Page, client: Client) -> list[tuple[str, Any]]:
    """Every query of the page, with its parameters."""
    seen: list[tuple[str, Any]] = []

    def listen(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = sql if isinstance(sql, str) else sql.as_string()
        # The whole is rolled back: what begins and ends a transaction elsewhere is a savepoint here.
        if "SAVEPOINT" not in text:
            seen.append((text, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        response = page.opened(client)
    assert response.status_code == 200, (page.name, response.status_code, response.headers.get("Location"))
    return seen


def again(queries: list[tuple[str, Any]]) -> Callable[[], None]:
    """The same reads straight to the database; what a page writes (the read log) is left out."""
    reads = [
        (sql, params) for sql, params in queries if sql.lstrip().startswith(("SELECT", "(SELECT", "WITH"))
    ]

    def run() -> None:
        connection.ensure_connection()
        with connection.connection.cursor() as cursor:
            for sql, params in reads:
                cursor.execute(sql, params)
                cursor.fetchall()

    return run


@dataclass(frozen=True)
class Timed:
    """Medians in seconds of the page, of its SQL and of an empty page; processor of web and database; queries."""

    page: float
    sql: float
    empty: float
    web: float
    database: float
    queries: int


def timed(drawn: Day | None = None) -> tuple[dict[str, Timed], Day]:
    """Each page, and the appointments of the working day; `drawn` takes their place."""
    with at_work(working_day(), drawn) as day:
        return each_page(), day


def each_page() -> dict[str, Timed]:
    found, ours = {}, clients()
    for page in PAGES:
        client, address = ours[page.who], page.address()
        fixed = Page(page.name, page.who, lambda address=address: address, page.typed)
        fixed.opened(client)
        queries = asked(fixed, client)

        def once(fixed: Page = fixed, client: Client = client) -> None:
            fixed.opened(client)

        page_time, sql, empty = side_by_side(
            once, again(queries), lambda: EMPTY.opened(ours["agent0"]), repeat=REPEAT
        )
        started = time.process_time()
        database = database_time(once, repeat=REPEAT - 1)
        web = (time.process_time() - started) / REPEAT
        found[page.name] = Timed(page_time, sql, empty, web, database, len(queries))
    return found


def bench_pages() -> Iterator[Measure | Figure]:
    size = use_large()
    large, day = timed()
    few = use_large(Scale("thousand"))
    small, own_day = timed(day)
    use_large(size)
    yield Figure(
        "appointments of the day, in both", len(day), "", beside=f"{len(own_day)} of the fewer's own"
    )
    for page in PAGES:
        it, then = large[page.name], small[page.name]
        said = f"web {it.web * 1000:.0f} ms, database {it.database * 1000:.0f} ms"
        if page.extreme:
            yield Figure(
                page.name, it.page * 1000, "ms", beside=f"{then.page * 1000:.0f} ms, {few.households} in all"
            )
            yield Figure("  its queries", it.queries, "")
        else:
            yield Measure(page.name, it.page, "its own SQL, raw", it.sql, at_most=OVER_SQL)
            yield Measure("  the same", it.page, "an empty page", it.empty, at_most=OVER_EMPTY)
            # The empty pages of the two runs stand for how busy the machine was.
            fewer = then.page * it.empty / then.empty
            yield Measure(
                f"  {size.households} households", it.page, f"with {few.households}", fewer, at_most=GROWTH
            )
            yield Figure("  its queries", it.queries, "", MOST_QUERIES)
        yield Figure("  processor", (it.web + it.database) * 1000, "ms", beside=said)
