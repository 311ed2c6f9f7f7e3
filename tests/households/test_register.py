"""The register of beneficiaries: who, in which period, told once, by whom it may be read and taken out (H14)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from django.urls import reverse

from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.lists.models import ExportRun
from households.models import Person
from tests.client import StrictClient
from tests.factories import (
    CommuneFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    RightFactory,
    RightsFileFactory,
    SituationFactory,
)

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]
URL = reverse("households:register")
EXPORT = "/listes/register/exporter/"
ASKED = {"choice": "Obligation légale", "text": ""}


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def granted(person: Person, first: date, last: date | None, *, code: str = "css", **more: Any) -> None:
    membership = person.memberships.first()
    assert membership is not None
    RightsFileFactory(
        open=True,
        household=membership.household,
        applicant=person,
        right=RightFactory(code=code),
        deposit_on=date(2024, 1, 2),
        completed_on=date(2024, 1, 2),
        transmitted_on=date(2024, 1, 3),
        decision_on=min(first, date(2026, 11, 2)),
        notified_on=None,
        opened_on=date(2024, 1, 1),
        rights_from=first,
        rights_until=last,
        **more,
    )


def person_of(name: str, **household: Any) -> Person:
    person = PersonFactory(birth_name=name, first_names="Ada", birth_date=date(1980, 2, 3))
    home = HouseholdFactory(opened_on=date(2024, 1, 1), **household)
    MembershipFactory(household=home, person=person)
    SituationFactory(household=home)
    return person


@pytest.fixture
def people(db: None) -> dict[str, Person]:
    """Adam: two rights in 2026; Benoit: one that ended on 31/12/2025; Colin: from 01/01/2027; Denis: elsewhere;
    Emile: refused; Faure: the last day of 2026 only."""
    adam, benoit, colin = person_of("Adam"), person_of("Benoit"), person_of("Colin")
    granted(adam, date(2026, 1, 1), date(2026, 12, 31), amount=Decimal("45.50"))
    granted(adam, date(2025, 6, 1), None, code="rsa")
    granted(benoit, date(2025, 1, 1), date(2025, 12, 31))
    granted(colin, date(2027, 1, 1), None)
    denis = person_of("Denis", commune=None, off_territory=True)
    granted(denis, date(2026, 3, 1), None)
    emile = person_of("Emile")
    RightsFileFactory(refused=True, household=emile.memberships.get().household, applicant=emile)
    faure = person_of("Faure", commune=CommuneFactory(luce=True))
    granted(faure, date(2026, 12, 31), date(2027, 6, 30))
    return {"adam": adam, "benoit": benoit}


def names(client: StrictClient, query: str = "") -> list[str]:
    return [line.person.birth_name for line in client.get(URL + query).context["rows"]]


class TestWhoIsOnIt:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["Adam", "Faure"]),
            ("?du=01/01/2025&au=31/12/2025", ["Adam", "Benoit"]),
            ("?du=31/12/2025&au=31/12/2025", ["Adam", "Benoit"]),
            ("?du=01/01/2026&au=30/12/2026", ["Adam"]),
            ("?au=31/12/2027", ["Adam", "Colin", "Faure"]),
            ("?prestation=droits:rsa", ["Adam"]),
            ("?residence=hors", ["Denis"]),
            ("?residence=inconnue", []),
            ("?residence=toutes", ["Adam", "Denis", "Faure"]),
            ("?tri=nom-inverse", ["Faure", "Adam"]),
        ],
    )
    def test_each_once_by_period_benefit_and_residence(
        self, query: str, expected: list[str], people: dict[str, Person], isabelle: User, login: Login
    ) -> None:
        assert names(login(isabelle), query) == expected

    def test_a_line_tells_every_benefit(self, people: dict[str, Person], claire: User, login: Login) -> None:
        page = login(claire).get(URL)
        line = page.context["rows"][0]
        assert [(one.label, one.amount) for one in line.benefits] == [
            (line.benefits[0].label, Decimal("45.50")),
            (line.benefits[1].label, Decimal("45.50")),
        ]
        assert "R123-6" in page.content.decode()
        assert "Imprimer ou exporter" not in page.content.decode(), "the direction's"

    def test_where_one_lived_then_counts_and_not_where_one_went(
        self, people: dict[str, Person], isabelle: User, login: Login
    ) -> None:
        home = people["adam"].memberships.get().household
        now = home.situations.get()
        now.end = date(2026, 6, 30)
        now.save()
        SituationFactory(household=home, start=date(2026, 7, 1), commune=None, off_territory=True)
        assert "Adam" in names(login(isabelle))


class TestSearch:
    def test_by_post_within_the_filters_and_logged_without_the_name(
        self, people: dict[str, Person], claire: User, login: Login
    ) -> None:
        client = login(claire)
        page = client.post(URL, {"q": "benoit"})
        assert page.context["rows"] == []
        page = client.post(f"{URL}?du=01/01/2025&au=31/12/2025", {"q": "benoit"})
        assert [line.person.birth_name for line in page.context["rows"]] == ["Benoit"]
        line = AccessLog.objects.latest("pk")
        assert (line.action, line.detail) == (AccessAction.SEARCH, {"listing": "register", "rows": 1})
        client.get(URL)
        assert AccessLog.objects.latest("pk").action == AccessAction.VIEW


class TestTakingItOut:
    def ask(self, client: StrictClient, query: str = "", **fields: object) -> ExportRun:
        response = client.post(
            EXPORT + query, {**ASKED, "columns": ["repere", "prestation", "montant"], **fields}
        )
        assert response.status_code == 302, response.context["form"].errors
        return ExportRun.objects.latest("created_at")

    def test_a_table_without_names_one_line_a_benefit(
        self, people: dict[str, Person], isabelle: User, login: Login
    ) -> None:
        client = login(isabelle)
        run = self.ask(client, "?prestation=droits:css&au=31/12/2026", file_format="csv")
        content = client.get(reverse("lists:export_download", args=[run.pk])).content.decode("utf-8-sig")
        assert content.splitlines()[1].startswith(str(people["adam"].pk)[:8])
        assert content.splitlines()[1].endswith(";45,50")
        assert "Adam" not in content

    def test_on_paper_for_the_president(
        self, people: dict[str, Person], isabelle: User, login: Login
    ) -> None:
        client = login(isabelle)
        run = self.ask(client, file_format="pdf")
        assert run.is_named
        content = client.get(reverse("lists:export_download", args=[run.pk])).content
        with pdfplumber.open(BytesIO(content)) as document:
            text = "\n".join(page.extract_text() for page in document.pages)
        for words in ("R123-6", "Secret professionnel", "Adam", "03/02/1980", "1 / 1", "2 personnes"):
            assert words in text.replace("\xa0", " "), words
        assert AccessLog.objects.filter(action=AccessAction.PRINT, reason="Obligation légale").exists()

    @pytest.mark.parametrize("who", ["claire", "nadege", "francoise"])
    def test_is_the_direction_s_alone(self, who: str, request: pytest.FixtureRequest, login: Login) -> None:
        client = login(request.getfixturevalue(who))
        assert client.get(EXPORT).status_code in (403, 404)
        assert client.post(EXPORT, {**ASKED, "columns": ["repere"], "file_format": "csv"}).status_code in (
            403,
            404,
        )
        assert not ExportRun.objects.exists()
