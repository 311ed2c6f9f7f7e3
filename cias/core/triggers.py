"""The triggers of the models by table and by function, so that each new one is compared with the others at once.

pgtrigger goes through all of them to register one more: with six hundred, a second of processor at each start of a
server, a worker, a command or a test.
"""

from typing import Any

from pgtrigger import registry


class QuickRegistry(registry._Registry):
    """pgtrigger's own, its refusals included: what it reads on each registration is kept instead of made again."""

    def __init__(self) -> None:
        self._by_table: dict[tuple[str, str], Any] = {}
        self._functions: set[str] = set()
        super().__init__()

    @property
    def by_db_table(self) -> dict[tuple[str, str], Any]:
        return self._by_table

    @property
    def pg_function_names(self) -> set[str]:
        return self._functions

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        model, trigger = value
        self._by_table[model._meta.db_table, trigger.name] = trigger
        self._functions.add(trigger.get_pgid(model))

    def __delitem__(self, key: str) -> None:
        model, trigger = self[key]
        super().__delitem__(key)
        del self._by_table[model._meta.db_table, trigger.name]
        self._functions.discard(trigger.get_pgid(model))


def register_quickly() -> None:
    """To be called before the first model is imported. Twice is no harm."""
    if not isinstance(registry._registry, QuickRegistry):
        quick = QuickRegistry()
        quick.update(registry._registry.data)
        registry._registry = quick
