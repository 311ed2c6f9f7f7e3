"""What an agent who leaves holds in the agenda."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet

from appointments.services import departures
from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.holdings import Holding
from households.holdings import colleagues, counted, declare, rows_of


def _alike(agent: User) -> QuerySet[User]:
    """A psychologist's people go to a psychologist, the others' to those who receive too."""
    return colleagues(Role.PSYCHOLOGIST)(agent) if agent.role == Role.PSYCHOLOGIST else _receive(agent)


def _receive(agent: User) -> QuerySet[User]:
    return colleagues(Role.SOCIAL_WORKER)(agent).filter(has_agenda=True)


def _listen(agent: User) -> QuerySet[User]:
    """A message is for who works on the same side of the psychologist's door."""
    if agent.role == Role.PSYCHOLOGIST:
        return colleagues(Role.PSYCHOLOGIST)(agent)
    return colleagues(Role.SOCIAL_WORKER, Role.DIRECTOR)(agent)


def appointments_held(agents: Collection[Any]) -> Mapping[Any, int]:
    """As the agent of an appointment, or as the second of a pair."""
    found = dict(counted(departures.coming)(agents))
    for key, count in counted(departures.coming, "second_agent")(agents).items():
        found[key] = found.get(key, 0) + count
    return found


def register() -> None:
    declare(
        "appointments",
        Holding(
            label=("rendez-vous à venir", "rendez-vous à venir"),
            held=appointments_held,
            receivers=_alike,
            lock=departures.hold_agenda,
            give=departures.give_appointments,
            help_text=(
                "Chacun garde son heure et sa salle. Ceux que votre collègue ne peut pas tenir restent dans "
                "« Rendez-vous à déplacer », où l’accueil les voit."
            ),
        ),
    )
    declare(
        "waiting",
        Holding(
            label=("personne en liste d’attente", "personnes en liste d’attente"),
            held=counted(departures.waiting),
            receivers=_alike,
            give=departures.give_waiting,
            release=departures.free_waiting,
            released="N’importe quel agent qui prend ce motif",
        ),
    )
    declare(
        "messages",
        rows_of(("message à traiter", "messages à traiter"), departures.open_messages, receivers=_listen),
    )
