"""What an agent should think of before two persons or two households become one (H6)."""

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Q
from django.utils import timezone

from cias.accounts.models import User
from cias.core import merging
from cias.core.french import join_list
from households.enums import AssignmentRole, BirthPrecision, Custody
from households.file import named_agents
from households.models import DistinctPersons, Household, Membership, Person
from households.models.files import on_day


def warnings_about(survivor: Any, absorbed: Any, user: User) -> list[str]:
    """Every app's sentences about this pair."""
    return [sentence for warner in merging.warnings for sentence in warner(survivor, absorbed, user)]


def register() -> None:
    merging.warnings.register("persons", about_persons)
    merging.warnings.register("households", about_households)
    merging.warnings.register("protection of persons", about_protected_persons)
    merging.warnings.register("protection of households", about_protected_households)


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


def about_protected_households(survivor: Any, absorbed: Any, user: User) -> Iterator[str]:
    """Nothing is merged while a protection runs (services.merging): how to do it, and what to close again after.

    The strictest of the two holds then: only who is named in both, a hidden address if one of them hides it.
    """
    if not isinstance(survivor, Household):
        return
    protected = [row for row in (survivor, absorbed) if row.is_protected]
    if not protected:
        return
    for row in protected:
        yield _protection_of(row)
    named = [named_agents(row) for row in protected]
    both = [agent for agent in named[0] if all(agent in others for others in named)]
    closing = f"avec accès pour {_names(both)} seulement" if both else "sans autre accès nommé que le vôtre"
    if any(row.address_hidden for row in protected):
        closing += ", adresse cachée"
    yield (
        "La fusion sera refusée tant qu’une protection court\u00a0: levez-la, fusionnez, puis protégez aussitôt le "
        f"ménage gardé, {closing}. Le plus strict des deux s’applique."
    )


def about_protected_persons(survivor: Any, absorbed: Any, user: User) -> Iterator[str]:
    """The files keep their protection; the person becomes known wherever the one person then lives."""
    if not isinstance(survivor, Person):
        return
    known = Household.objects.for_user(user).filter(memberships__person__in=(survivor, absorbed))
    protected = list(known.filter(is_protected=True).distinct().order_by("number"))
    if not protected:
        return
    for row in protected:
        yield f"{_protection_of(row)} La fusion n’y change rien."
    homes = _homes_after(survivor, absorbed)
    shown = sorted(row.number for row in homes if not row.is_protected)
    if shown:
        yield (
            f"La fiche gardée se lira dans {join_list(shown)}, qui n’est pas protégé\u00a0: son nom et ses "
            "coordonnées, celles de l’autre fiche comprises, seront connus de tous. S’ils doivent rester cachés, "
            "protégez d’abord ce ménage, ou gardez la fiche du dossier protégé."
        )
    elif homes:
        yield (
            "La fiche gardée ne sera connue que par ce qui est protégé\u00a0: les agents qui n’y sont pas nommés ne la "
            "verront plus."
        )


def _protection_of(household: Household) -> str:
    hidden = " Son adresse est cachée." if household.address_hidden else ""
    named = _names(named_agents(household)) or "personne"
    return f"Le ménage {household.number} est un dossier protégé\u00a0: accès nommé pour {named} seulement.{hidden}"


def _names(agents: Collection[User]) -> str:
    return join_list([agent.full_name for agent in agents])


def _homes_after(survivor: Person, absorbed: Person) -> list[Household]:
    """Where the one person lives once merged: of two full-time homes, the survivor's (registrations.merging)."""
    today = Membership.objects.filter(on_day(timezone.localdate())).select_related("household")
    own, others = list(today.filter(person=survivor)), list(today.filter(person=absorbed))
    if any(row.custody == Custody.FULL for row in own):
        others = [row for row in others if row.custody != Custody.FULL]
    return [row.household for row in (*own, *others)]
