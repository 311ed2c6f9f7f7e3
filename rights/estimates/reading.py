"""An estimate as it is shown: lines in the order of what is to be done, what to ask, what it was made from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.urls import reverse

from cias.accounts.models import User
from cias.core.french import euros, lower_first
from cias.territory.models import Commune
from households.ages import completed_years
from households.enums import Activity, HousingStatus, MemberRole
from households.models import BudgetCategory, Household, Person
from rights.estimates.enums import EstimatedKind, EstimateState, Gap
from rights.models import EstimatedRight, Right, RightsEstimate

# The page where a gap is filled; the others are only asked of the person.
_ABOUT_PERSON = (Gap.BIRTH, Gap.NATIONALITY, Gap.DISABILITY)
_PAGES: dict[str, str] = {
    Gap.BUDGET: "households:budget_create",
    Gap.OLD_BUDGET: "households:budget_create",
    Gap.RENT: "households:budget_create",
    Gap.HOUSING: "households:situation_change",
    Gap.ACTIVITY: "households:situation_change",
    Gap.COMMUNE: "households:move",
    Gap.APPLICANT: "households:members",
}


@dataclass(frozen=True)
class Question:
    """Something to ask, of whom, and the page where the answer is written ("" when the file has no place for it)."""

    label: str
    person: str
    url: str


@dataclass
class Line:
    """One benefit: what is said of it, and where it is asked for."""

    row: EstimatedRight
    open_url: str
    questions: list[Question] = field(default_factory=list)

    @property
    def amount_text(self) -> str:
        """« 224,23 € par mois », or what the CSS costs; "" when nothing was computed."""
        if self.row.amount is None:
            return ""
        if self.row.kind == EstimatedKind.HEALTH:
            return (
                f"participation {euros(self.row.amount)} par mois"
                if self.row.amount
                else "sans participation"
            )
        about = "jusqu’à " if self.row.state == EstimateState.INCOMPLETE else ""
        return f"{about}{euros(self.row.amount)} par mois"


@dataclass(frozen=True)
class Shown:
    """What the page of an estimate draws."""

    estimate: RightsEstimate
    probable: list[Line]
    incomplete: list[Line]
    others: list[Line]
    questions: list[Question]
    facts: list[tuple[str, str]]
    members: list[tuple[str, str, str]]
    left_out: list[str]
    total: Decimal

    @property
    def total_text(self) -> str:
        return f"{euros(self.total)} par mois" if self.total else ""


def show(estimate: RightsEstimate, household: Household) -> Shown:
    """Everything the page needs, in a number of queries that does not depend on the household."""
    rows = list(estimate.lines.select_related("told_by"))
    names = _names(estimate, rows)
    codes = set(Right.objects.active().values_list("code", flat=True))
    lines = []
    for row in rows:
        open_url = (
            reverse("rights:open", args=[household.pk, row.right_code]) if row.right_code in codes else ""
        )
        lines.append(Line(row, open_url, list(_questions(row, household, names))))
    probable = [line for line in lines if line.row.state == EstimateState.PROBABLE]
    incomplete = [line for line in lines if line.row.state == EstimateState.INCOMPLETE]
    asked = dict.fromkeys(one for line in [*probable, *incomplete] for one in line.questions)
    return Shown(
        estimate=estimate,
        probable=probable,
        incomplete=incomplete,
        others=[line for line in lines if line not in probable and line not in incomplete],
        questions=list(asked),
        facts=_facts(estimate),
        members=list(_members(estimate, names)),
        left_out=[names[key] for key in estimate.inputs.get("left_out", ()) if key in names],
        total=sum(
            (line.row.amount or Decimal(0) for line in probable if line.row.kind != EstimatedKind.HEALTH),
            Decimal(0),
        ),
    )


def _names(estimate: RightsEstimate, rows: Iterable[EstimatedRight]) -> dict[str, str]:
    keys = {one["person"] for one in estimate.inputs.get("members", ())}
    keys |= set(estimate.inputs.get("left_out", ()))
    keys |= {gap["person"] for row in rows for gap in row.missing if gap["person"]}
    persons = Person.with_absorbed.filter(pk__in=[UUID(key) for key in keys])
    return {str(person.pk): person.full_name for person in persons}


def _questions(row: EstimatedRight, household: Household, names: dict[str, str]) -> Iterable[Question]:
    for one in row.missing:
        gap, person = one["gap"], one["person"]
        url = ""
        if person and gap in _ABOUT_PERSON:
            url = reverse("households:person_edit", args=[person])
        elif gap in _PAGES:
            url = reverse(_PAGES[gap], args=[household.pk])
        yield Question(Gap(gap).label, names.get(person, ""), url)


def _facts(estimate: RightsEstimate) -> list[tuple[str, str]]:
    said = estimate.inputs
    commune = Commune.objects.filter(code=said.get("commune", "")).first()
    facts = [
        (
            "Budget",
            f"du {date.fromisoformat(said['budget_on']):%d/%m/%Y}" if said.get("budget_on") else "aucun",
        ),
        ("Logement", HousingStatus(said.get("housing_status", "")).label),
        ("Loyer", _money(said.get("rent"))),
        ("Activité du demandeur", Activity(said.get("activity", "")).label),
        ("Commune", commune.name if commune else "Non renseignée"),
    ]
    if Decimal(said.get("alimony_paid") or 0):
        facts.append(("Pension alimentaire versée", _money(said["alimony_paid"])))
    return facts


def _money(text: str | None) -> str:
    amount = Decimal(text or 0)
    return f"{euros(amount)} par mois" if amount else "aucun"


def _members(estimate: RightsEstimate, names: dict[str, str]) -> Iterable[tuple[str, str, str]]:
    """Name, place and age, resources used."""
    labels = dict(BudgetCategory.objects.values_list("code", "label"))
    for one in estimate.inputs.get("members", ()):
        born = date.fromisoformat(one["born"])
        age = completed_years(born, estimate.on)
        resources = [
            f"{lower_first(labels.get(code, code))} {euros(Decimal(amount))}"
            for code, amount in one["resources"].items()
        ]
        about = [lower_first(MemberRole(one["role"]).label), f"{age} an{'s' if age > 1 else ''}"]
        about += ["garde alternée"] if one["shared"] else []
        about += ["handicap reconnu"] if one["disabled"] else []
        yield names.get(one["person"], ""), ", ".join(about), ", ".join(resources) or "sans ressource notée"


def missed_by(user: User, household: Household) -> list[str]:
    """The benefits the household probably misses, by name, for who may read its estimate."""
    rows = RightsEstimate.objects.for_user(user, household.pk).filter(
        household=household, lines__state=EstimateState.PROBABLE
    )
    return [
        EstimatedKind(kind).label for kind in rows.order_by("lines").values_list("lines__kind", flat=True)
    ]
