"""The panel that says "this person may already exist", wherever a person is typed."""

from dataclasses import dataclass
from typing import Any

from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from households.forms.persons import NewPersonForm
from households.models import Household
from households.search import Match, duplicates, homes_of, referent_of


@dataclass(frozen=True)
class Lookalike:
    """A likely duplicate with what tells an agent whether it is the same person."""

    match: Match
    household: Household | None
    referent: User | None


def lookalikes(request: AgentRequest, form: NewPersonForm) -> dict[str, Any]:
    """Context of households/duplicates.html for what the form holds so far; call it after form.is_valid()."""
    typed = form.person_data()
    matches = duplicates(typed, request.user)
    homes = homes_of([match.person for match in matches], request.user) if matches else {}
    if matches:
        log_access(request, AccessAction.SEARCH, results=len(matches), duplicates=True)
    found = []
    for match in matches:
        home = homes.get(match.person.pk)
        found.append(Lookalike(match, home.household if home else None, referent_of(home)))
    return {"lookalikes": found, "typed_name": f"{typed.first_names} {typed.birth_name}".strip()}
