"""One pathway in one glance: where it stands, stage by stage, and the step that comes next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from cias.core.french import date_short, lower_first
from insertion.deadlines import DueCode
from insertion.enums import OrientationKind
from insertion.models import Diagnosis, PathwayExit
from insertion.pathways import Pathway


@dataclass(frozen=True)
class Stage:
    """`state` is "done", "now" or "todo"."""

    label: str
    detail: str
    state: str


@dataclass(frozen=True)
class NextStep:
    """What the référent does next: a link."""

    label: str
    url: str
    icon: str


def stages(row: Pathway, diagnosis: Diagnosis | None, exit: PathwayExit | None, today: date) -> list[Stage]:
    """The stages of every pathway in their order; the first that is not done is where one stands, save the exit."""
    found = [
        Stage(label, detail, "done" if done else "todo")
        for label, detail, done in _facts(row, diagnosis, exit, today)
    ]
    first = next((rank for rank, stage in enumerate(found[:-1]) if stage.state == "todo"), None)
    if first is not None and exit is None:
        found[first] = Stage(found[first].label, found[first].detail, "now")
    return found


def _facts(
    row: Pathway, diagnosis: Diagnosis | None, exit: PathwayExit | None, today: date
) -> Iterator[tuple[str, str, bool]]:
    orientation, facts = row.orientation, row.facts
    yield "Orientation", f"notifiée le {date_short(orientation.notified_on)}", True
    signed = [contract for contract in row.contracts if contract.is_signed]
    met = facts.met_on
    planned = f"pris le {date_short(facts.meeting_on)}" if facts.meeting_on else "à prendre"
    # Whoever has signed was met, even when nobody wrote the day down.
    yield (
        "Premier rendez-vous",
        f"le {date_short(met)}" if met else "" if signed else planned,
        bool(met or signed),
    )
    yield (
        "Diagnostic",
        f"le {date_short(diagnosis.opened_on)}" if diagnosis else "à établir",
        diagnosis is not None,
    )
    running = next((contract for contract in signed if contract.is_running(today)), None)
    if running is not None and running.end is not None:
        detail = f"jusqu’au {date_short(running.end)}"
    elif signed:
        detail = "à renouveler"
    else:
        detail = "écrit, à signer" if any(contract.is_draft for contract in row.contracts) else "à écrire"
    yield "Contrat", detail, running is not None or (exit is not None and bool(signed))
    if orientation.kind == OrientationKind.SOCIAL:
        last = facts.reviewed_on
        yield "Réexamen", f"le {date_short(last)}" if last else "à faire", last is not None
    over = orientation.end is not None and orientation.end < today
    if exit is not None:
        yield "Sortie", lower_first(exit.get_reason_display()), True
    elif over and orientation.end is not None:
        yield "Fin", f"le {date_short(orientation.end)}", True
    else:
        yield "Sortie", "", False


def next_step(row: Pathway) -> NextStep | None:
    """The link behind what is due first; None when nothing is."""
    due = row.next_deadline
    if due is None:
        return None
    orientation, contract = row.orientation, row.contract
    match due.code:
        case DueCode.MEETING if row.facts.meeting_on is None:
            booking = f"{reverse('appointments:book')}?menage={orientation.household_id}"
            return NextStep("Prendre rendez-vous", booking, "bi-calendar-plus")
        case DueCode.MEETING:
            return _page("Noter qu’il a eu lieu", "first_meeting", orientation.pk, "bi-calendar-check")
        case DueCode.SIGN if contract is not None and contract.is_draft:
            return _page("Noter les signatures", "contract_sign", contract.pk, "bi-pen")
        case DueCode.SIGN:
            return _page("Écrire le contrat", "contract_create", orientation.pk, "bi-pen")
        case DueCode.RENEW | DueCode.END if contract is not None and contract.is_draft:
            return _page("Noter les signatures", "contract_sign", contract.pk, "bi-pen")
        case DueCode.RENEW | DueCode.END if contract is not None:
            step = _page("Renouveler le contrat", "contract_create", orientation.pk, "bi-arrow-repeat")
            return NextStep(step.label, f"{step.url}?renouvelle={contract.pk}", step.icon)
        case DueCode.UPDATE if contract is not None:
            return _page("Actualiser le contrat", "contract_update", contract.pk, "bi-arrow-repeat")
        case DueCode.REVIEW:
            return _page("Noter le réexamen", "review", orientation.pk, "bi-clipboard-check")
        case DueCode.ABSENCE if row.facts.case_id is not None:
            return _page("Continuer le suivi", "no_show", row.facts.case_id, "bi-person-x")
        case DueCode.ABSENCE:
            return _page("Suivre l’absence", "no_show_open", orientation.pk, "bi-person-x")
    return None


def _page(label: str, name: str, key: object, icon: str) -> NextStep:
    return NextStep(label, reverse(f"insertion:{name}", args=[key]), icon)
