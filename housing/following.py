"""Who finds the work of a stay, or of a request for lodging, in their list."""

from collections.abc import Iterable, Iterator
from typing import Any

from cias.accounts.enums import Role
from cias.accounts.models import User


def readers_of(agents: Iterable[User], followed_by: Any) -> Iterator[Any]:
    """The keys of those of `agents` who see it: the one who follows it, and the direction, which sees all of them."""
    for agent in agents:
        if agent.role == Role.DIRECTOR or agent.pk == followed_by:
            yield agent.pk
