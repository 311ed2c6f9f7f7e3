"""What an agent should think of before two persons or two households become one (H6)."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils import timezone

from cias.accounts.models import User
from cias.core import merging
from cias.core.french import join_list
from households.enums import AssignmentRole, BirthPrecision, Custody
from households.models import DistinctPersons, Household, Membership, Person
from households.models.files import on_day


def warnings_about(survivor: Any, absorbed: Any, user: User) -> list[str]:
    """Every app's sentences about this pair."""
    return [sentence for warner in merging.warnings for sentence in warner(survivor, absorbed, user)]


def register() -> None:
    merging.warnings.register("persons", about_persons)
    merging.warnings.register("households", about_households)


def about_persons(survivor: Any, absorbed: Any, user: User) -> Iterator[str]:
    if not isinstance(survivor, Person):
        return
    both = (survivor, absorbed)
    dates = {row.birth_date for row in both if row.birth_precision == BirthPrecision.DAY and row.birth_date}
    if len(dates) > 1:
        yield "Les deux dates de naissance sont complètes et différentes\u00a0: ce sont peut-être deux personnes."
    if len({row.sex for row in both if row.sex}) > 1:
        yield "Le sexe n’est pas le même sur les deux fiches."
    if DistinctPersons.objects.filter(
        Q(person=survivor, other=absorbed) | Q(person=absorbed, other=survivor)
    ).exists():
        yield "Un agent a noté que ce ne sont pas les mêmes personnes."
    homes = Membership.objects.filter(
        on_day(timezone.localdate()),
        custody=Custody.FULL,
        person__in=both,
        household__in=Household.objects.for_user(user),
    )
    households = {row.household_id: row.household for row in homes.select_related("household")}
    if len(households) > 1:
        numbers = join_list(sorted(household.number for household in households.values()))
        yield (
            f"Les deux fiches sont dans deux ménages ({numbers}), qui resteront deux\u00a0: la fiche gardée reste "
            "dans le sien. S’ils n’en font qu’un, fusionnez-les ensuite."
        )
    if len([row for row in both if row.death_date]) == 1:
        yield "L’une des deux fiches porte une date de décès."


def about_households(survivor: Any, absorbed: Any, user: User) -> Iterator[str]:
    if not isinstance(survivor, Household):
        return
    both = (survivor, absorbed)
    mains = [
        row.assignments.filter(on_day(timezone.localdate()), role=AssignmentRole.MAIN)
        .select_related("agent")
        .first()
        for row in both
    ]
    agents = {row.agent.full_name for row in mains if row is not None}
    if len(agents) > 1:
        yield f"Deux référents principaux aujourd’hui\u00a0: {join_list(sorted(agents))}. Un seul le restera."
    if len({(row.commune_id, row.off_territory) for row in both if row.commune_id or row.off_territory}) > 1:
        yield "Les deux ménages ne sont pas dans la même commune."
    if len([row for row in both if row.closed_on]) == 1:
        yield "L’un des deux dossiers est clos."
    persons = [set(row.memberships.values_list("person", flat=True)) for row in both]
    if all(persons) and not persons[0] & persons[1]:
        yield (
            "Ils n’ont aucun membre en commun\u00a0: si la même personne est dans les deux, fusionnez aussi ses deux "
            "fiches."
        )
