"""The permission matrix, as data (C1). Everything not written here is refused.

It is the table of features.md (section C) made precise: each line is one right, `grants` says which role holds it
and how far. The page « Qui voit quoi » shows this very table, the URL × role test is generated from it, and
`user.has_perm(code)` reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cias.accounts.enums import Role, Scope
from cias.accounts.matrix import agenda, figures, files, governance, housing, insertion, rights
from cias.accounts.matrix.line import Right

GROUPS: Mapping[str, tuple[Right, ...]] = {
    part.GROUP: part.LINES for part in (files, agenda, rights, housing, insertion, figures, governance)
}
MATRIX: tuple[Right, ...] = tuple(right for lines in GROUPS.values() for right in lines)
BY_CODE: Mapping[str, Right] = {right.code: right for right in MATRIX}


def scope_of(user: Any, code: str) -> Scope | None:
    """How far `user` holds the right `code`; None when not at all. Unknown codes raise KeyError."""
    right = BY_CODE[code]
    if not getattr(user, "is_active", False):
        return None
    return right.grants.get(user.role)


@dataclass(frozen=True)
class RoleChange:
    """What another role opens to somebody and what it closes, as the labels of the rights say it."""

    opens: list[str]
    closes: list[str]


def role_change(former: str, to: str) -> RoleChange | None:
    """Between two roles; None when they are the same. A right that reaches less far is among what closes."""
    if former == to:
        return None
    reach = [Scope.REASON, Scope.OWN, Scope.ALL]

    def far(right: Right, role: str) -> int:
        scope = right.grants.get(Role(role))
        return reach.index(scope) + 1 if scope is not None else 0

    def said(right: Right) -> str:
        scope = right.grants.get(Role(to))
        return right.label if scope in (None, Scope.ALL) else f"{right.label} ({scope.label.lower()})"

    changed = [(said(right), far(right, to) - far(right, former)) for right in MATRIX]
    return RoleChange(
        [line for line, more in changed if more > 0], [line for line, more in changed if more < 0]
    )


def holders(code: str) -> list[str]:
    """French names of the roles that hold a right, for the refusal page (C2)."""
    return [role.label for role in Role if role in BY_CODE[code].grants]
