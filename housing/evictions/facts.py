"""What the file knows, gathered for the diagnostic social et financier: plain texts, so that they can be frozen."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from cias.accounts.models import User
from cias.core import registry
from cias.core.french import date_short, euros, lower_first
from households.budgets.overview import latest_budget
from households.budgets.payload import to_payload
from households.budgets.reading import is_old, statement_of
from households.composition import composition
from households.models import Household
from households.models.files import on_day
from housing.evictions.enums import ClauseDelay
from housing.evictions.reading import story_of
from housing.models import DaloAppeal, Diagnosis, EvictionFile, HousingApplication

HIDDEN = "Adresse non communiquée (dossier protégé)"
type Pairs = list[tuple[str, str]]


def diagnosis_facts(diagnosis: Diagnosis, user: User, day: date) -> dict[str, Any]:
    """Everything the printed diagnosis shows beside its own texts, on `day`, as far as `user` may read it.

    Lists and texts only: amounts and dates are already written, so that the frozen copy is printed identically.
    """
    file = diagnosis.file
    household = file.household
    budget = latest_budget(household, user, day)
    facts: dict[str, Any] = {
        "day": day.isoformat(),
        "number": household.number,
        "agent": diagnosis.author.full_name,
        "function": diagnosis.author.function,
        "members": members(household, user, day),
        "situation": situation(household, day),
        "lease": lease(file),
        "debts": debts(file),
        "chronology": chronology(file),
        "tracks": tracks(file, user),
        "budget": to_payload(statement_of(budget)) if budget else None,
        "texts": {
            name: getattr(diagnosis, name) for name in ("situation", "causes", "steps", "wishes", "proposals")
        },
        "cause_labels": file.cause_labels,
        "agreed": diagnosis.agreed,
    }
    hearing = story_of(file).hearing
    facts["hearing"] = date_short(hearing[0]) if hearing else ""
    old = budget is not None and is_old(budget, day)
    facts["missing"] = list(missing(file, facts, budget_is_old=old))
    return facts


def members(household: Household, user: User, day: date) -> list[list[str]]:
    """Name, birth date, age, place in the household; only the names of those a closed file keeps (C3)."""
    return [
        [
            row.person.full_name,
            row.person.birth_label,
            row.get_role_display(),
        ]
        for row in composition(household, day, user).members
    ]


def situation(household: Household, day: date) -> Pairs:
    current = household.situations.filter(on_day(day)).select_related("commune").first()
    if current is None:
        return []
    facts = current.facts
    return facts[1:] if household.address_hidden else facts


def lease(file: EvictionFile) -> Pairs:
    """The lease and the dwelling; a hidden address is never printed."""
    address = " ".join(
        filter(None, (file.street, file.postal_code, file.commune.name if file.commune else ""))
    )
    pairs = [
        ("Bailleur", f"{file.landlord} ({lower_first(file.get_landlord_kind_display())})"),
        ("Logement", HIDDEN if file.household.address_hidden else address or "Adresse non renseignée"),
        ("Type", file.get_dwelling_type_display() if file.dwelling_type else "Non renseigné"),
        ("Bail signé le", date_short(file.lease_on) if file.lease_on else "Date inconnue"),
        ("Loyer et charges", f"{euros(file.rent)} par mois" if file.rent is not None else "Non renseignés"),
        (
            "Aide au logement",
            f"{euros(file.housing_benefit)} par mois"
            if file.housing_benefit is not None
            else "Non renseignée",
        ),
    ]
    if file.clause_delay != ClauseDelay.LAW:
        pairs.append(("Clause résolutoire", lower_first(file.get_clause_delay_display())))
    return pairs


def debts(file: EvictionFile) -> list[list[str]]:
    return [[date_short(row.on), euros(row.amount), row.comment] for row in file.debts.all()]


def chronology(file: EvictionFile) -> list[list[str]]:
    rows = [act for act in file.acts.all() if act.undone_at is None]
    return [
        [
            date_short(act.on),
            act.get_kind_display(),
            ", ".join(filter(None, (act.get_ruling_display(), fixed(act), act.detail))),
        ]
        for act in rows
    ]


def fixed(act: Any) -> str:
    """What the date an act sets is, in words."""
    if act.fixed_on is None:
        return ""
    words = {
        "summons": "audience le",
        "hearing": "renvoi au",
        "judgment": "délais jusqu’au",
        "jex_decision": "délais jusqu’au",
        "force_granted": "à compter du",
    }
    return f"{words.get(act.kind, 'pour le')} {date_short(act.fixed_on)}"


def tracks(file: EvictionFile, user: User) -> list[list[str]]:
    """What is under way beside the procedure, in this file, in the requests for housing and in the rights files."""
    return [
        [
            track.get_kind_display(),
            f"{track.get_state_display()} depuis le {date_short(track.since)}",
            money_of(track),
        ]
        for track in file.tracks.all()
    ] + [list(row) for row in _elsewhere(file, user)]


def money_of(track: Any) -> str:
    parts = [
        euros(track.amount) if track.amount is not None else "",
        f"{euros(track.monthly)} par mois" if track.monthly is not None else "",
        f"jusqu’au {date_short(track.until)}" if track.until else "",
    ]
    return ", ".join(filter(None, parts))


def _elsewhere(file: EvictionFile, user: User) -> Iterator[tuple[str, str, str]]:
    for model in (HousingApplication, DaloAppeal):
        for row in model.objects.for_user(user).filter(household=file.household_id):
            if row.is_running:
                yield str(row), f"{row.get_state_display()} depuis le {date_short(row.since)}", ""
    if user.has_perm("rights.overview"):
        for item in rights_files(file):
            yield item.title, "", ""


def rights_files(file: EvictionFile) -> list[registry.OpenItem]:
    """The household's rights files that still run, as the app of rights tells them."""
    if "rights" not in registry.open_items:
        return []
    return list(registry.open_items["rights"]([file.household_id]))


def missing(file: EvictionFile, facts: dict[str, Any], *, budget_is_old: bool) -> Iterator[str]:
    """What a judge would look for and the file does not know."""
    if facts["budget"] is None:
        yield "le budget du ménage"
    elif budget_is_old:
        yield "un budget récent"
    if not facts["situation"]:
        yield "la situation du ménage (logement, activité, ressources)"
    if any(not born for _name, born, _role in facts["members"]):
        yield "la date de naissance de chaque membre"
    if not facts["members"]:
        yield "la composition du ménage"
    if not facts["debts"]:
        yield "le montant de la dette"
    if file.lease_on is None:
        yield "la date du bail"
    if file.rent is None:
        yield "le loyer"
    if file.housing_benefit is None:
        yield "l’aide au logement"
    if not file.causes:
        yield "les causes de la dette"
    if not facts["hearing"]:
        yield "la date de l’audience"
