"""One line of the matrix, and the short names its tables are written with."""

from collections.abc import Mapping
from dataclasses import dataclass

from cias.accounts.enums import Role, Scope

ALL, OWN, REASON = Scope.ALL, Scope.OWN, Scope.REASON
RECEPTION, TS, PSY, DIRECTION, CA, DPO, ADMIN = Role


@dataclass(frozen=True)
class Right:
    """`note` is a French remark printed under the label."""

    code: str
    label: str
    grants: Mapping[Role, Scope]
    note: str = ""
