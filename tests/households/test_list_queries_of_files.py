"""The other lists of households, those of one file included, cost as many queries with twelve rows as with three.

The lists with filters and views are in test_list_queries.py. What the tests of one page count already is counted again
here, so that one table says which lists are watched.
"""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from households.enums import AssignmentRole, BatchKind, ClosingReason, DocumentState, LinkKind
from households.models import (
    CaseloadBatch,
    CaseloadMove,
    Document,
    Household,
    Person,
    PersonLink,
    TakeOver,
    TakeOverMapping,
    TakeOverRow,
)
from households.services import break_glass, create_cover, merge, name_agent, protect_household
from tests.client import StrictClient
from tests.factories import (
    AddressFactory,
    AssignmentFactory,
    BudgetFactory,
    BudgetLineFactory,
    DebtFactory,
    DocumentFactory,
    HouseholdFactory,
    LetterFactory,
    LetterTemplateVersionFactory,
    MembershipFactory,
    NoteFactory,
    PartnerFactory,
    PersonFactory,
    ReferralInFactory,
    ReferralOutFactory,
    SituationFactory,
    TaskFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]
TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


def home() -> Household:
    """The one household whose file is looked at."""
    found = Household.objects.filter(number="M-2026-70000").first()
    return found or HouseholdFactory(number="M-2026-70000", with_applicant=True, opened_on=date(2024, 1, 1))


def followed(agent: User, **fields: object) -> Household:
    household: Household = HouseholdFactory(with_applicant=True, **fields)
    AssignmentFactory(household=household, agent=agent)
    return household


def _pairs(number: int, agent: User) -> None:
    for _ in range(number):
        rank = Person.objects.count()
        for _ in range(2):
            person = PersonFactory(
                birth_name=f"Kerbrat{rank}", first_names="Yann", birth_date=date(1990, 1, 2)
            )
            MembershipFactory(person=person, household=HouseholdFactory())


def _merges(number: int, agent: User) -> None:
    for _ in range(number):
        merge(by=agent, survivor=PersonFactory(), absorbed=PersonFactory())
        merge(by=agent, survivor=HouseholdFactory(), absorbed=HouseholdFactory())


def _documents(number: int, agent: User) -> None:
    person = home().memberships.first().person
    for _ in range(number):
        DocumentFactory(household=home(), author=UserFactory(), person=person, title="Bail")
        DocumentFactory(
            household=home(), author=UserFactory(), title="Rendu", state=DocumentState.RETIRED,
            retired_at=timezone.now(), retired_by=UserFactory(), state_reason="Rendu",
        )  # fmt: skip


def _deposits(number: int, agent: User) -> None:
    for _ in range(number):
        DocumentFactory(household=home(), author=User.objects.get(first_name="Nadège"))


def _versions(number: int, agent: User) -> None:
    first = home().documents.first() or DocumentFactory(household=home(), author=agent)
    for _ in range(number):
        DocumentFactory(
            household=home(), author=UserFactory(), series=first.series, state=DocumentState.REPLACED,
            version=first.household.documents.count() + 1,
        )  # fmt: skip


def _story(number: int, agent: User) -> None:
    """A bit of everything a file tells."""
    home()
    for rank in range(number):
        done = home().notes.count()
        note = NoteFactory(
            household=home(), author=UserFactory(), held_on=TODAY - rank * DAY, themes=["budget"]
        )
        note.persons.set([home().memberships.first().person])
        MembershipFactory(household=home(), person=PersonFactory(), role="child")
        AssignmentFactory(household=home(), agent=UserFactory(), role=AssignmentRole.OTHER)
        DocumentFactory(household=home(), author=UserFactory())
        LetterFactory(household=home(), author=UserFactory(), finished=True)
        ReferralInFactory(household=home(), received_by=UserFactory())
        ReferralOutFactory(household=home(), sent_by=UserFactory())
        TaskFactory(household=home(), agent=agent, created_by=UserFactory())
        budget = BudgetFactory(household=home(), author=UserFactory(), on=date(2024, 2, 1) + done * DAY)
        BudgetLineFactory(budget=budget)
        DebtFactory(household=home())
        start = date(2024, 2, 1) + 10 * done * DAY
        SituationFactory(household=home(), start=start, end=start + 8 * DAY)
        AddressFactory(household=home(), start=start, end=start + 8 * DAY)


def _links(number: int, agent: User) -> None:
    person = home().memberships.first().person
    for _ in range(number):
        other = PersonFactory()
        MembershipFactory(person=other, household=HouseholdFactory())
        PersonLink.objects.create(person=person, other=other, kind=LinkKind.SIBLING)
        MembershipFactory(person=person, household=HouseholdFactory(), custody="alternate")


def _work(number: int, agent: User) -> None:
    """Files, tasks, expired documents and drafts of one agent."""
    for _ in range(number):
        household = followed(agent, opened_on=date(2025, 1, 6))
        TaskFactory(agent=agent, created_by=agent, household=household)
        DocumentFactory(household=household, author=agent, expires_on=TODAY - DAY)
        LetterFactory(household=household, author=agent)
        ReferralOutFactory(household=household, sent_by=agent, due_on=TODAY - DAY)


def _tasks_given(number: int, agent: User) -> None:
    for _ in range(number):
        TaskFactory(agent=UserFactory(), created_by=agent, household=followed(agent))


def _covers(number: int, agent: User) -> None:
    for _ in range(number):
        away = UserFactory()
        create_cover(by=away, agent=away, substitute=UserFactory(), start=TODAY, end=TODAY + 9 * DAY)


def _dormant(number: int, agent: User) -> None:
    for _ in range(number):
        followed(agent, opened_on=date(2025, 1, 6))


def _agents(number: int, agent: User) -> None:
    for _ in range(number):
        SituationFactory(household=followed(UserFactory(has_agenda=True), opened_on=date(2025, 1, 6)))


def _batches(number: int, agent: User) -> None:
    for _ in range(number):
        CaseloadMove.objects.create(batch=_batch(UserFactory()), household=HouseholdFactory())


def _batch(by: User) -> CaseloadBatch:
    return CaseloadBatch.objects.create(
        kind=BatchKind.CLOSING, on=TODAY, by=by, closing_reason=ClosingReason.NO_NEWS
    )


def _moves(number: int, agent: User) -> None:
    batch = CaseloadBatch.objects.first() or _batch(agent)
    for _ in range(number):
        CaseloadMove.objects.create(batch=batch, household=followed(UserFactory()))


def _referrals(number: int, agent: User) -> None:
    for _ in range(number):
        ReferralOutFactory(household=followed(agent), sent_by=UserFactory(), due_on=TODAY - DAY)


def _partners(number: int, agent: User) -> None:
    for _ in range(number):
        PartnerFactory()


def _templates(number: int, agent: User) -> None:
    for _ in range(number):
        LetterTemplateVersionFactory(written_by=UserFactory())


def _takeovers(number: int, agent: User) -> None:
    for rank in range(number):
        _takeover(UserFactory(), f"{TakeOver.objects.count() + rank:064d}")
        TakeOverMapping.objects.create(name=f"Tableur {TakeOverMapping.objects.count()}", source="Tableur")


def _takeover(by: User, sha256: str = "0" * 64) -> TakeOver:
    layout = {"said": "CSV, séparateur virgule, UTF-8", "header": 1, "rows": 1, "samples": {"0": ["Petit"]}}
    columns = [{"place": 0, "header": "Nom", "rank": 1, "target": "birth_name", "slot": 0}]
    return TakeOver.objects.create(
        file_name="liste.csv", source="Tableur", sha256=sha256, created_by=by, layout=layout, columns=columns
    )


def _rows(number: int, agent: User) -> None:
    takeover = TakeOver.objects.first() or _takeover(agent)
    done = takeover.rows.count()
    for rank in range(done + 2, done + 2 + number):
        TakeOverRow.objects.create(
            takeover=takeover,
            number=rank,
            last_number=rank,
            outcome="create",
            household=followed(UserFactory()),
        )


def _emergencies(number: int, agent: User) -> None:
    for _ in range(number):
        household = followed(agent)
        protect_household(by=agent, household=household, reason="elected")
        break_glass(by=UserFactory(), household=household, reason="Danger")


def _named(number: int, agent: User) -> None:
    if not home().is_protected:
        protect_household(by=agent, household=home(), reason="elected")
    for _ in range(number):
        name_agent(by=agent, protection=home().protections.get(end=None), agent=UserFactory())


def _readings(number: int, agent: User) -> None:
    for _ in range(number):
        AccessLog.objects.create(user=UserFactory(), action=AccessAction.VIEW, subject_id=home().pk)


def get(name: str, query: str = "", app: str = "households") -> Callable[[StrictClient], object]:
    return lambda client: client.get(reverse(f"{app}:{name}") + query)


def of_file(name: str, query: str = "") -> Callable[[StrictClient], object]:
    return lambda client: client.get(reverse(f"households:{name}", args=[home().pk]) + query)


def of_first(name: str, model: type[Model]) -> Callable[[StrictClient], object]:
    return lambda client: client.get(
        reverse(f"households:{name}", args=[model.objects.order_by("created_at")[0].pk])
    )


def of_applicant(name: str) -> Callable[[StrictClient], object]:
    return lambda client: client.get(
        reverse(f"households:{name}", args=[home().memberships.first().person_id])
    )


def reassign(client: StrictClient) -> object:
    target = User.objects.get(first_name="Mehdi")
    return client.get(reverse("households:reassign"), {"vers": target.pk})


# What fills the list, the page, who looks, and how many queries are enough.
LISTS: dict[str, tuple[Callable[[int, User], None], Callable[[StrictClient], object], str, int]] = {
    "likely pairs": (_pairs, get("pairs"), "claire", 12),
    "merges": (_merges, get("merges"), "claire", 12),
    "documents of a file": (_documents, of_file("documents"), "claire", 12),
    "documents reception brought": (_deposits, of_file("documents"), "nadege", 12),
    "versions of a document": (_versions, of_first("document", Document), "claire", 15),
    "story of a file": (_story, of_file("detail", "?tout=1"), "claire", 120),
    "members, agents and links": (_story, of_file("composition"), "claire", 15),
    "situations, budgets and debts": (_story, of_file("situation"), "claire", 15),
    "orientations and letters": (_story, of_file("referrals"), "claire", 12),
    "history of a file": (_story, of_file("history"), "claire", 68),
    "readings of a file": (_readings, of_file("readings"), "isabelle", 12),
    "agents named on a file": (_named, of_file("protection"), "claire", 14),
    "links and homes of a person": (_links, of_applicant("person"), "claire", 14),
    "the other file of a person": (_links, of_applicant("person_merge"), "claire", 12),
    "the other file of a household": (_links, of_file("household_merge"), "claire", 12),
    "comparison of budgets": (_story, of_file("budget_compare"), "claire", 12),
    "categories and formulas": (_story, get("budget_settings"), "isabelle", 12),
    "tasks given": (_tasks_given, get("tasks_given"), "claire", 12),
    "covers": (_covers, get("covers", app="dashboard"), "isabelle", 12),
    "work of one agent": (_work, get("work", app="dashboard"), "claire", 58),
    # Every app is asked once for the whole team.
    "work of the service": (_work, get("service", app="dashboard"), "isabelle", 80),
    "without contact": (_dormant, get("dormant"), "claire", 29),
    "completeness": (_agents, get("completeness"), "isabelle", 12),
    "operations": (_batches, get("batches"), "isabelle", 12),
    "one operation": (_moves, of_first("batch", CaseloadBatch), "isabelle", 12),
    "reassignment in preview": (_dormant, reassign, "claire", 15),
    "orientations without answer": (_referrals, get("referral_list"), "claire", 12),
    "orientations without answer, direction": (_referrals, get("referral_list"), "isabelle", 12),
    "partners": (_partners, get("partners"), "nadege", 12),
    "templates of letters": (_templates, get("letter_templates"), "claire", 12),
    "take-overs": (_takeovers, get("takeovers"), "isabelle", 12),
    "rows of a take-over": (_rows, of_first("takeover", TakeOver), "isabelle", 14),
    "emergencies": (_emergencies, get("emergencies"), "isabelle", 12),
}


@pytest.mark.parametrize("name", LISTS)
def test_twelve_rows_cost_as_many_queries_as_three(
    name: str, claire: User, mehdi: User, request: pytest.FixtureRequest, login: Login
) -> None:
    make, ask, who, most = LISTS[name]
    client = login(request.getfixturevalue(who))
    make(3, claire)
    ask(client)
    few, many = CaptureQueriesContext(connection), CaptureQueriesContext(connection)
    with few:
        page = ask(client)
    assert page.status_code == 200  # type: ignore[attr-defined]
    make(9, claire)
    with many:
        ask(client)
    told = [query["sql"][:160] for query in many]
    assert len(many) <= len(few), told
    assert len(many) <= most, told
