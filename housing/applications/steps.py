"""What can be done next with a request for social housing: the buttons of its page, the usual one first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms

from housing.applications import services
from housing.applications.enums import ApplicationState
from housing.applications.forms import FileItForm, RemoveForm, RenewForm, StepForm
from housing.models import HousingApplication

S = ApplicationState


@dataclass(frozen=True)
class Action:
    """`states` are those in which it makes sense; `act` the service, called with the form's values."""

    code: str
    label: str
    icon: str
    form: type[forms.Form]
    act: Callable[..., Any]
    done: str
    states: tuple[ApplicationState, ...]


def _sign(*, on: Any, **values: Any) -> Any:
    return services.step(state=S.SIGNED, on=on, ended_on=on, **values)


STEPS: Mapping[str, Action] = {
    action.code: action
    for action in (
        Action("deposer", "Noter le dépôt", "bi-inbox", FileItForm, services.file_application,
               "La demande est déposée\u00a0; son renouvellement est dans la liste des échéances.", (S.PREPARED,)),
        Action("renouveler", "Noter le renouvellement", "bi-arrow-repeat", RenewForm, services.renew,
               "Le renouvellement est noté.", (S.FILED, S.PIECES, S.PROPOSED, S.COMMITTEE, S.ALLOCATED)),
        Action("pieces", "Pièces demandées", "bi-file-earmark-plus", StepForm,
               partial(services.step, state=S.PIECES), "Les pièces demandées sont notées.", (S.FILED,)),
        Action("pieces-fournies", "Pièces fournies", "bi-file-earmark-check", StepForm,
               partial(services.step, state=S.FILED), "La demande est de nouveau en attente.", (S.PIECES,)),
        Action("commission", "Passage en commission", "bi-people", StepForm,
               partial(services.step, state=S.COMMITTEE), "Le passage en commission est noté.", (S.PROPOSED,)),
        Action("bail", "Bail signé", "bi-key", StepForm, _sign, "Le bail est signé\u00a0: la demande est terminée.",
               (S.ALLOCATED, S.FILED)),
        Action("radier", "Radiation", "bi-x-circle", RemoveForm, services.remove, "La demande est radiée.",
               (S.PREPARED, S.FILED, S.PIECES, S.PROPOSED, S.COMMITTEE, S.ALLOCATED)),
    )
}  # fmt: skip


def possible_steps(application: HousingApplication) -> list[Action]:
    return [action for action in STEPS.values() if application.state in action.states]
