"""The list "À faire" put together: one's own work and that of the colleagues one stands in for (H12)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.registry import WorkItem, collect_work
from households.enums import Domain
from households.models import Household, covered_by

SOON = timedelta(days=7)
GROUPS = {
    "late": "En retard",
    "today": "Aujourd’hui et dès que possible",
    "soon": "Dans les 7 jours",
    "later": "Plus tard",
}
# What the lines are about, for the filter; the order is that of the page.
KINDS = {
    "task": "Tâches",
    "appointment": "Rendez-vous",
    "message": "Messages",
    "notes": "Notes",
    "rights": "Dossiers de droits",
    "domiciliation": "Domiciliations",
    "aids": "Aides facultatives",
    "housing": "Hébergement",
    "dues": "Participations",
    "evictions": "Expulsions",
    "applications": "Logement social",
    "energy": "Énergie (SLIME)",
    "insertion": "Parcours RSA",
    "workshops": "Ateliers",
    "liaison": "Notes de liaison",
    "jobs": "Recherche d’emploi",
    "referents": "Référents",
    "dormant": "Sans contact",
}
OTHER = "autres"
LIAISON = "liaison"


def work_of(agent: User, today: date, *, reader: User | None = None) -> list[WorkItem]:
    """What `agent` has to do, the most urgent first, with the work of those they stand in for.

    Closed files have left the lists, and files the reader may not know of do not show. Another `reader` than the agent
    steers: they see what is due and on which file, and nothing of the psychologist's persons.
    """
    items = collect_work(agent, today)
    for cover in covered_by(agent, today):
        name = cover.agent.full_name
        theirs = collect_work(cover.agent, today)
        items += [replace(item, stands_in_for=name) for item in theirs if not item.personal]
    keys = {item.subject_id for item in items if item.subject_id is not None}
    reader = reader or agent
    known = set(Household.objects.for_user(reader).active().filter(pk__in=keys).values_list("pk", flat=True))
    items = [item for item in items if item.subject_id is None or item.subject_id in known]
    if reader != agent:
        # Between the psychologist and a colleague: who is concerned is not told to a third.
        items = [item for item in items if item.kind != LIAISON]
    if reader != agent and agent.role == Role.PSYCHOLOGIST:
        items = [_sealed(item) for item in items]
    return sorted(items, key=lambda item: (item.due is not None, item.due or today, item.title))


def _sealed(item: WorkItem) -> WorkItem:
    title = "Tâche" if item.kind == "task" else item.title
    return replace(item, title=title, subject="", subject_id=None, url="", row=None)


def urgency(due: date | None, today: date) -> str:
    """The group a due date belongs to; what is undated waits for nobody."""
    if due is None or due == today:
        return "today"
    if due < today:
        return "late"
    return "soon" if due <= today + SOON else "later"


def group_by_urgency(items: Iterable[WorkItem], today: date) -> list[tuple[str, str, list[WorkItem]]]:
    """The non-empty groups as (code, French title, items), the most urgent first."""
    groups: dict[str, list[WorkItem]] = {code: [] for code in GROUPS}
    for item in items:
        groups[urgency(item.due, today)].append(item)
    return [(code, GROUPS[code], rows) for code, rows in groups.items() if rows]


def counts(items: Iterable[WorkItem], today: date) -> dict[str, int]:
    """How many lines of each urgency, none left out."""
    found = Counter(urgency(item.due, today) for item in items)
    return {code: found[code] for code in GROUPS}


@dataclass(frozen=True)
class Choice:
    """One value of a filter with how many lines it keeps."""

    code: str
    label: str
    count: int


@dataclass(frozen=True)
class Filters:
    """The domain and the kind chosen in the address; unknown values keep everything."""

    domain: str = ""
    kind: str = ""
    domains: list[Choice] = field(default_factory=list)
    kinds: list[Choice] = field(default_factory=list)

    def keeps(self, item: WorkItem) -> bool:
        return self.domain in ("", item.domain) and self.kind in ("", kind_of(item))


def kind_of(item: WorkItem) -> str:
    return item.kind if item.kind in KINDS else OTHER


def filters_of(items: list[WorkItem], domain: str, kind: str) -> Filters:
    """The filters the lines allow; each count takes the other filter into account."""
    domain = domain if domain in Domain.values else ""
    kind = kind if kind in KINDS or kind == OTHER else ""
    by_domain = Counter(item.domain for item in items if item.domain and kind in ("", kind_of(item)))
    by_kind = Counter(kind_of(item) for item in items if domain in ("", item.domain))
    domains = [
        Choice(code, "", by_domain[code]) for code in Domain.values if by_domain[code] or code == domain
    ]
    labels = {**KINDS, OTHER: "Autres"}
    kinds = [
        Choice(code, label, by_kind[code]) for code, label in labels.items() if by_kind[code] or code == kind
    ]
    return Filters(domain, kind, domains, kinds)
