"""Make one row of two, and two again (H6): the mechanism, which knows no domain.

Every foreign key to a row that can be absorbed has a policy, declared in one line by the app that owns the key, in
its registrations:

    merging.move("tasks.Task.household")

tests/core/test_merging.py walks all the models and fails, with the line to add, when one has none. In production a key
nobody declared moves all the same: nothing ever stays behind on a row that has disappeared.
"""

from collections.abc import Callable, Iterable
from typing import Any

from cias.core.merging.journal import SET_ASIDE, Journal, MergeRefused, Step, read, touched, undo
from cias.core.merging.policies import (
    Handling,
    Mover,
    attempt,
    custom,
    dated,
    free_days,
    leave,
    move,
    move_or_set_aside,
)
from cias.core.merging.walk import (
    Reference,
    counts,
    noun_of,
    nouns,
    policy_of,
    references,
    reroute,
    soft_references,
    stranded,
    undeclared,
)
from cias.core.registry import Registry

type Warner = Callable[[Any, Any, Any], Iterable[str]]  # (survivor, absorbed, user)
# What an agent should think of before two rows become one: French sentences, each app for what it knows.
warnings: Registry[Warner] = Registry("merge warnings")

__all__ = [
    "SET_ASIDE",
    "Handling",
    "Journal",
    "MergeRefused",
    "Mover",
    "Reference",
    "Step",
    "attempt",
    "counts",
    "custom",
    "dated",
    "free_days",
    "leave",
    "move",
    "move_or_set_aside",
    "noun_of",
    "nouns",
    "policy_of",
    "read",
    "references",
    "reroute",
    "soft_references",
    "stranded",
    "touched",
    "undeclared",
    "undo",
    "warnings",
]
