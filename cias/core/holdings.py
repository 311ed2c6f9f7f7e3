"""What an agent holds, as its app declares it to the registry `holdings` for the day they leave."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One kind of work that agents hold, counted and given to a colleague when one leaves (C11).

    `held(agents)`: how many each of these agents holds, by key, in one query. `receivers(agent)`: the queryset of
    colleagues who may take it. `give(agent, to, by)` gives all it can to `to`; what cannot go (a protected file the
    colleague may not open, a time already taken) stays counted by `held`. `lock(agent, to)`, called for every kind
    before anything is written, takes the locks of the kind in the order of the whole application.
    `release(agent, by)` leaves the work without anybody, which `released` names; without it, what is not given stays
    with the closed account, where the direction sees it. `kept` says why this kind goes to nobody: it is only told.
    A holding counts rows and never says whose they are: who hands over may know of no file.
    """

    label: tuple[str, str]  # singular, plural
    held: Callable[[Collection[Any]], Mapping[Any, int]]
    receivers: Callable[[Any], Any] | None = None
    give: Callable[[Any, Any, Any], None] | None = None
    lock: Callable[[Any, Any], None] | None = None
    release: Callable[[Any, Any], None] | None = None
    released: str = ""
    kept: str = ""
    help_text: str = ""
