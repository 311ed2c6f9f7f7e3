"""What a file holds, and what belongs to an agent, asked once: the apps that have nothing to say are then not asked.

The page of a file, and a work list, gather what some thirty providers of every app have to say. Most have nothing: a
file that never had to do with energy, housing or workshops, an agent who follows no stay. Each provider names the
tables it speaks about (`Registry.register(…, about=…, owned=…)`), and one query tells which of them have a row.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection
from psycopg.sql import SQL, Composed, Identifier, Literal

from cias.core.registry import panels, timeline, worklist

DEFAULT_FIELD = "household"


def holdings(subject: Any) -> frozenset[str]:
    """Those of the names given as `about` that have a row of `subject`, closed and undone ones included. One query.

    A name is "app.Model.field", the field a foreign key; "app.Model" when it is called `household`.
    """
    registries = (timeline, worklist, panels)
    return _filled(
        frozenset(n for one in registries for names in one.about.values() for n in names), [subject.pk]
    )


def belongings(agents: Iterable[Any]) -> frozenset[str]:
    """Those of the names given as `owned` that have a row of one of these agents. One query."""
    names = frozenset(name for names in worklist.owned.values() for name in names)
    return _filled(names, [agent.pk for agent in agents])


def _filled(names: frozenset[str], keys: list[Any]) -> frozenset[str]:
    if not names:
        return names
    with connection.cursor() as cursor:
        cursor.execute(_question(names), {"keys": keys})
        return frozenset(name for (name,) in cursor.fetchall())


@cache
def _question(names: frozenset[str]) -> str:
    """As text: what listens to queries (the history's context, in a POST) reads them as such."""
    return SQL(" UNION ALL ").join(map(_exists, sorted(names))).as_string()


def _exists(name: str) -> Composed:
    label, model, *field = name.split(".")
    meta = apps.get_model(label, model)._meta
    column = meta.get_field(field[0] if field else DEFAULT_FIELD).column  # type: ignore[union-attr]
    return SQL("SELECT {} WHERE EXISTS (SELECT FROM {} WHERE {} = ANY(%(keys)s))").format(
        Literal(name), Identifier(meta.db_table), Identifier(column)
    )
