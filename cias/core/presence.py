"""What a file holds, and what belongs to an agent, asked once: the apps that have nothing to say are then not asked.

The page of a file, and a work list, gather what some thirty providers of every app have to say. Most have nothing: a
file that never had to do with energy, housing or workshops, an agent who follows no stay. Each provider names the
tables it speaks about (`Registry.register(…, about=…, owned=…)`), and one query tells which of them have a row.

The page that asks (`look_into()`) keeps the answer on the file it shows, for as long as that object: one request. What
is read on the way to it may then spare its own question (`may_hold()`), or ask it once for the whole page (`kept()`).
"""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection
from psycopg.sql import SQL, Composed, Identifier, Literal

from cias.core.providers import NO_FILE
from cias.core.registry import panels, timeline, worklist
from cias.core.written import Build, Written

DEFAULT_FIELD = "household"
MEMORY = "_asked_once"

# Tables of files, and of agents, that are asked about beside those of the registries.
watched: set[str] = set()
watched_of_agents: set[str] = set()
# What concerns agents otherwise than by a foreign key to them, under the name given as `owned`: the rows themselves, of
# `any_of()` the agents, as of a day.
rows_of_agents: dict[str, Build] = {}


def holdings(subject: Any, *agents: Any) -> frozenset[str]:
    """Those of the names given as `about` that have a row of `subject`, closed and undone ones included. One query.

    A name is "app.Model.field", the field a foreign key; "app.Model" when it is called `household`. With `agents`,
    what belongs to them as well (`belongings()`): keys are never those of a file and of an agent at once.
    """
    names = _about() | _owned() if agents else _about()
    return _filled(names, [subject.pk, *(agent.pk for agent in agents)])


def belongings(agents: Iterable[Any], today: date | None = None) -> frozenset[str]:
    """Those of the names given as `owned` that have a row of one of these agents, today by default. One query."""
    return _filled(_owned(), [agent.pk for agent in agents], today)


def look_into(subject: Any, *agents: Any) -> frozenset[str]:
    """`holdings()`, kept on `subject` for `may_hold()`; for pages that only read."""
    found = holdings(subject, *agents)
    setattr(subject, MEMORY, {"holdings": found})
    return found


def may_hold(subject: Any, name: str) -> bool:
    """Whether asking for rows of `subject` in that table is worth a query: not when its page found none."""
    memory = getattr(subject, MEMORY, None)
    return memory is None or name not in _about() or name in memory["holdings"]


def kept[T](subject: Any, key: Any, ask: Callable[[], T]) -> T:
    """What `ask()` answers: once for a page that looked into `subject`, each time elsewhere."""
    memory = getattr(subject, MEMORY, None)
    if memory is None:
        return ask()
    if key not in memory:
        memory[key] = ask()
    return memory[key]


def _about() -> frozenset[str]:
    registries = (timeline, worklist, panels)
    named = {name for one in registries for names in one.about.values() for name in names}
    return frozenset((named | watched) - NO_FILE)


def _owned() -> frozenset[str]:
    named = {name for names in worklist.owned.values() for name in names}
    return frozenset(named | watched_of_agents)


def _filled(names: frozenset[str], keys: list[Any], today: date | None = None) -> frozenset[str]:
    if not names:
        return names
    parameters: list[Any] = []
    for name in sorted(names):
        build = rows_of_agents.get(name)
        parameters += [keys] if build is None else Written(build, keys, today=today).parameters
    with connection.cursor() as cursor:
        cursor.execute(_question(names), parameters)
        return frozenset(name for (name,) in cursor.fetchall())


@cache
def _question(names: frozenset[str]) -> str:
    """As text: what listens to queries (the history's context, in a POST) reads them as such."""
    return " UNION ALL ".join(_any_row(name) for name in sorted(names))


def _any_row(name: str) -> str:
    if build := rows_of_agents.get(name):
        return f"{SQL('SELECT {}').format(Literal(name)).as_string()} WHERE EXISTS {Written(build).sql}"
    return _exists(name).as_string()


def _exists(name: str) -> Composed:
    label, model, *field = name.split(".")
    meta = apps.get_model(label, model)._meta
    column = meta.get_field(field[0] if field else DEFAULT_FIELD).column
    return SQL("SELECT {} WHERE EXISTS (SELECT FROM {} WHERE {} = ANY(%s))").format(
        Literal(name), Identifier(meta.db_table), Identifier(column)
    )
