"""The budget's pages: the grid with and without script, drafts, two agents at once, who reads, paper."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO

import pdfplumber
import pytest
from django.urls import reverse
from lxml import html

from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.audit.services import state_reason
from cias.core.registry import collect_actions, collect_timeline
from households.history import household_changes
from households.models import Budget, BudgetCategory, BudgetDraft, BudgetSnapshot, Debt, Household
from households.services.budgets import LineData, freeze_budget, keep_budget_draft, save_budget, write_budget
from households.team import own_work
from tests.client import StrictClient
from tests.factories import BudgetFactory, DebtFactory

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]
DAY, TODAY = date(2026, 11, 18), date(2026, 11, 24)


def url(name: str, *args: object) -> str:
    return reverse(f"households:{name}", args=args)


def words(response) -> str:  # type: ignore[no-untyped-def]
    document = html.fromstring(response.content.decode())
    return " ".join(" ".join(document.itertext()).replace("\u00a0", " ").split())


def sent(client: StrictClient, address: str) -> dict[str, str]:
    """The fields of the grid as a browser would send them back."""
    return fields_of(client.get(address))


def fields_of(response) -> dict[str, str]:  # type: ignore[no-untyped-def]
    form = html.fromstring(response.content.decode()).get_element_by_id("grille")
    empty = {field.get("name"): "" for field in form.xpath(".//input[not(@type='checkbox')][@name]")}
    sent = empty | dict(form.form_values())
    return {name: value for name, value in sent.items() if name != "csrfmiddlewaretoken"}


@pytest.fixture
def budget(claire: User, family: Household) -> Budget:
    lines = [
        LineData(category=BudgetCategory.objects.get(code=code), amount=Decimal(amount), **more)  # type: ignore[arg-type]
        for code, amount, more in (
            ("salaire", "1800", {"person": family.memberships.first().person, "proof": True}),  # type: ignore[union-attr]
            ("loyer", "700", {}),
            ("assurance-habitation", "120", {"periodicity": "yearly", "comment": "canari-precision"}),
        )
    ]
    return write_budget(by=claire, household=family, on=DAY, lines=lines, comment="canari-commentaire")


class TestGrid:
    def test_a_whole_budget_without_script(self, family: Household, claire: User, login: Login) -> None:
        client = login(claire)
        address = url("budget_create", family.pk)
        data = sent(client, address)
        assert data["on"] == "24/11/2026"
        inside = {"c-salaire-amount": "1 234,56 €", "c-ppa-amount": "1.086,40", "c-af-amount": "148€52",
                  "c-loyer-amount": "698", "c-fioul-bois-amount": "1200", "c-telecom-amount": "0"}  # fmt: skip
        assert inside.keys() <= data.keys()
        response = client.post(address, data | inside)
        budget = Budget.objects.get()
        assert response.url == url("budget", budget.pk)
        amounts = {one.category.code: (one.amount, one.periodicity) for one in budget.lines.all()}
        assert amounts == {
            "salaire": (Decimal("1234.56"), "monthly"), "ppa": (Decimal("1086.40"), "monthly"),
            "af": (Decimal("148.52"), "monthly"), "loyer": (Decimal(698), "monthly"),
            "fioul-bois": (Decimal(1200), "yearly"), "telecom": (Decimal(0), "monthly"),
        }  # fmt: skip
        assert (budget.author, budget.remaining) == (claire, Decimal("1671.48"))

    def test_a_row_more_without_script_keeps_everything(
        self, family: Household, claire: User, login: Login
    ) -> None:
        client = login(claire)
        address = url("budget_create", family.pk)
        data = sent(client, address) | {"c-loyer-amount": "69x", "charge-0-amount": "5", "ajouter": "charge"}
        page = client.post(address, data)
        assert not Budget.objects.exists()
        assert "Rien n’a été enregistré" not in words(page)
        fields = fields_of(page)
        assert (fields["c-loyer-amount"], fields["charge-0-amount"]) == ("69x", "5")
        more = {"c-loyer-amount": "690", "charge-0-category": "taxe-fonciere", "charge-0-amount": "600",
                "charge-0-periodicity": "yearly", "charge-1-category": "loyer", "charge-1-amount": "50"}  # fmt: skip
        assert more.keys() <= fields.keys()
        client.post(address, fields | more)
        budget = Budget.objects.get()
        assert sorted((one.category.code, one.amount) for one in budget.lines.all()) == [
            ("loyer", Decimal(50)), ("loyer", Decimal(690)), ("taxe-fonciere", Decimal(600)),
        ]  # fmt: skip
        assert budget.charges == Decimal(790)

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"c-loyer-amount": "beaucoup"}, "Saisissez un montant, par exemple 1 234,56."),
            ({"c-loyer-amount": "-5"}, "Un montant est positif"),
            ({"charge-0-amount": "5"}, "Choisissez une catégorie, ou effacez le montant."),
            ({"on": "24/12/2026"}, "avenir"),
            ({"on": "hier"}, "JJ/MM/AAAA"),
            ({"c-loyer-periodicity": "daily"}, "choix"),
        ],
    )
    def test_errors_stand_at_the_field_and_nothing_is_lost(
        self, family: Household, claire: User, login: Login, typed: dict[str, str], said: str
    ) -> None:
        client = login(claire)
        address = url("budget_create", family.pk)
        page = client.post(address, sent(client, address) | {"c-salaire-amount": "1 800"} | typed)
        document = html.fromstring(page.content.decode())
        assert said in words(page)
        assert not Budget.objects.exists()
        assert document.xpath('//input[@name="c-salaire-amount"]/@value') == ["1 800"]
        for name in typed:
            (field,) = document.xpath(f'//*[@name="{name}"]')
            link = document.xpath(f'//div[@data-error-summary]//a[@href="#{field.get("id")}"]')
            assert link or "category" in said or name == "charge-0-amount"

    def test_the_totals_follow_without_saving(self, family: Household, claire: User, login: Login) -> None:
        client = login(claire)
        data = sent(client, url("budget_create", family.pk))
        data |= {"c-salaire-amount": "1 800", "c-loyer-amount": "700", "c-eau-amount": "x"}
        page = words(client.post(url("budget_totals", family.pk), data))
        assert "12,22 € par jour et par personne" in page
        assert "(1 800,00 € − 700,00 €) ÷ 3 personnes ÷ 30 jours" in page
        assert not Budget.objects.exists()

    def test_two_on_the_same_day(self, budget: Budget, claire: User, login: Login) -> None:
        client = login(claire)
        address = url("budget_create", budget.household_id)
        page = client.post(address, sent(client, address) | {"on": "18/11/2026", "c-rsa-amount": "500"})
        assert "Un budget de ce jour existe déjà" in words(page)

    def test_a_former_budget_to_start_from(self, budget: Budget, claire: User, login: Login) -> None:
        client = login(claire)
        address = url("budget_create", budget.household_id)
        assert "Repartir du budget du 18/11/2026" in words(client.get(address))
        data = sent(client, f"{address}?copie={budget.pk}")
        assert data["c-loyer-amount"] == "700,00"
        assert data["c-assurance-habitation-periodicity"] == "yearly"
        assert "c-salaire-proof" not in data
        other = BudgetFactory()
        assert sent(client, f"{address}?copie={other.pk}")["c-loyer-amount"] == ""

    def test_what_a_retired_category_held_stays(self, budget: Budget, claire: User, login: Login) -> None:
        BudgetCategory.objects.filter(code="loyer").update(is_active=False)
        client = login(claire)
        address = url("budget_edit", budget.pk)
        data = sent(client, address)
        assert data["charge-0-category"] == "loyer"
        client.post(address, data)
        assert budget.lines.get(category__code="loyer").amount == Decimal(700)

    def test_two_agents_on_the_same_budget(
        self, budget: Budget, claire: User, mehdi: User, login: Login
    ) -> None:
        client = login(claire)
        address = url("budget_edit", budget.pk)
        data = sent(client, address) | {"c-loyer-amount": "650", "c-eau-amount": "30"}
        rent = LineData(category=BudgetCategory.objects.get(code="loyer"), amount=Decimal(720))
        save_budget(by=mehdi, budget=budget, version=1, on=DAY, lines=[rent])
        page = client.post(address, data)
        text = words(page)
        assert "Mehdi Aouragh a enregistré ce budget pendant votre saisie" in text
        assert "Loyer ou redevance (avant aide) 720,00 € 650,00 €" in text
        assert "Salaire net 0,00 € 1 800,00 €" in text
        budget.refresh_from_db()
        assert budget.version == 2
        mine = fields_of(page)
        assert (mine["version"], mine["c-loyer-amount"]) == ("2", "650")
        client.post(address, mine)
        budget.refresh_from_db()
        assert (budget.version, budget.author, budget.charges) == (3, claire, Decimal(690))


class TestDraft:
    def test_what_is_typed_comes_back_as_it_was(
        self, family: Household, claire: User, mehdi: User, login: Login
    ) -> None:
        client = login(claire)
        address = url("budget_create", family.pk)
        data = sent(client, address) | {"c-loyer-amount": "69x", "charge-0-category": "eau", "on": "17"}
        answer = client.post(url("budget_draft", family.pk), data)
        assert answer.content.decode() == "brouillon enregistré à 10\u00a0h\u00a021"
        back = sent(client, address)
        assert {name: back[name] for name in ("c-loyer-amount", "charge-0-category", "on")} == {
            "c-loyer-amount": "69x", "charge-0-category": "eau", "on": "17",
        }  # fmt: skip
        assert sent(login(mehdi), address)["c-loyer-amount"] == ""
        assert [item.title for item in own_work(claire, TODAY) if item.kind == "budgets"] == [
            "Terminer un budget"
        ]
        client.post(address, back | {"c-loyer-amount": "690", "on": "17/11/2026"})
        assert not BudgetDraft.objects.exists()

    def test_a_change_half_made(self, budget: Budget, claire: User, login: Login) -> None:
        client = login(claire)
        address = url("budget_edit", budget.pk)
        data = sent(client, address)
        data.pop("c-salaire-proof")
        client.post(address, data | {"brouillon": "1", "c-loyer-amount": "1"})
        assert budget.lines.get(category__code="loyer").amount == Decimal(700)
        back = sent(client, address)
        assert back["c-loyer-amount"] == "1"
        assert "c-salaire-proof" not in back
        draft = BudgetDraft.objects.get()
        client.post(url("budget_draft_discard", draft.pk))
        assert sent(client, address)["c-loyer-amount"] == "700,00"

    def test_only_its_author_drops_it(
        self, family: Household, claire: User, mehdi: User, login: Login
    ) -> None:
        draft = keep_budget_draft(author=claire, household=family, values={"comment": "x"})
        assert login(mehdi).post(url("budget_draft_discard", draft.pk)).status_code == 404

    def test_on_a_shared_computer_a_grid_does_not_change_hands(
        self, family: Household, claire: User, mehdi: User, login: Login
    ) -> None:
        address = url("budget_create", family.pk)
        data = sent(login(claire), address) | {"c-loyer-amount": "690"}
        client = login(mehdi)
        assert "ouverte par une autre personne" in words(client.post(address, data))
        assert client.post(url("budget_draft", family.pk), data).status_code == 409
        assert not Budget.objects.exists()
        assert not BudgetDraft.objects.exists()


class TestReading:
    def test_the_tab_and_the_synthesis(self, budget: Budget, claire: User, login: Login) -> None:
        DebtFactory(household=budget.household, monthly_payment=Decimal(50), plan_start=DAY, plan_count=24)
        client = login(claire)
        for name in ("situation", "detail"):
            text = words(client.get(url(name, budget.household_id)))
            assert "12,11 € par jour et par personne" in text  # (1800 − 710) ÷ 3 ÷ 30
            assert "(1 800,00 € − 710,00 €) ÷ 3 personnes ÷ 30 jours" in text
            assert "Assurance habitation 120,00 € par an 10,00 €" in text
        tab = words(client.get(url("situation", budget.household_id)))
        assert "Situation et budget" in tab
        assert "23 échéances à venir" in tab
        assert "Total des dettes 50,00 € 1 494,00 €" in tab

    def test_one_budget_with_every_term(self, budget: Budget, claire: User, login: Login) -> None:
        text = words(login(claire).get(url("budget", budget.pk)))
        assert "Taux d’effort logement 700,00 € ÷ 1 800,00 € 38,9 %" in text
        assert "Taux d’effort énergie aucune dépense d’énergie n’est renseignée non calculable" in text
        assert "canari-commentaire" in text
        assert "formule : version 1 du 01/01/2020" in text

    def test_two_side_by_side(self, budget: Budget, claire: User, login: Login) -> None:
        wage = LineData(category=BudgetCategory.objects.get(code="salaire"), amount=Decimal(1500))
        later = write_budget(by=claire, household=budget.household, on=TODAY, lines=[wage])
        client = login(claire)
        text = words(client.get(url("budget_compare", budget.household_id)))
        assert "Salaire net 1 800,00 € 1 500,00 € − 300,00 €" in text
        assert "Loyer ou redevance (avant aide) 700,00 € 0,00 € − 700,00 €" in text
        assert "Taux d’effort logement 38,9 % — —" in text
        same = {"avant": budget.pk, "apres": budget.pk}
        assert "deux dates différentes" in words(client.get(url("budget_compare", budget.household_id), same))
        foreign = {"avant": BudgetFactory().pk, "apres": later.pk}
        assert "Salaire net" not in words(client.get(url("budget_compare", budget.household_id), foreign))

    def test_a_frozen_copy(self, budget: Budget, claire: User, login: Login) -> None:
        client = login(claire)
        response = client.post(url("budget_freeze", budget.pk), {"purpose": "Demande de FSL"})
        snapshot = BudgetSnapshot.objects.get()
        assert response.url == url("budget_snapshot", snapshot.pk)
        save_budget(by=claire, budget=budget, version=1, on=DAY, lines=[])
        text = words(client.get(url("budget_snapshot", snapshot.pk)))
        assert snapshot.checksum in text
        assert "12,11 € par jour et par personne" in text
        assert "Demande de FSL" in text

    def test_the_queries_do_not_grow(
        self, budget: Budget, claire: User, login: Login, django_assert_max_num_queries: Callable
    ) -> None:
        client = login(claire)
        for month in range(1, 9):
            lines = [
                LineData(category=category, amount=Decimal(month))
                for category in BudgetCategory.objects.all()[: 5 * month]
            ]
            write_budget(by=claire, household=budget.household, on=date(2026, month, 1), lines=lines)
            DebtFactory(household=budget.household)
        # Session, agent and structure come with each page; what is below is the page's own.
        for name, key, most in (
            ("situation", budget.household_id, 17),
            ("budget", budget.pk, 17),
            ("budget_compare", budget.household_id, 13),
            ("budget_edit", budget.pk, 20),
        ):
            with django_assert_max_num_queries(most):
                client.get(url(name, key))


class TestAccess:
    PAGES = (
        "budget",
        "budget_pdf",
        "budget_snapshot",
        "budget_snapshot_pdf",
        "budget_compare",
        "debt",
        "situation",
    )

    def pages(self, budget: Budget, claire: User) -> list[str]:
        snapshot = freeze_budget(by=claire, household=budget.household, purpose="canari-motif")
        debt = DebtFactory(household=budget.household, creditor="canari-créancier")
        keys = {"budget": budget, "budget_pdf": budget, "budget_snapshot": snapshot, "budget_snapshot_pdf": snapshot,
                "budget_compare": budget.household, "debt": debt, "situation": budget.household}  # fmt: skip
        return [url(name, keys[name].pk) for name in self.PAGES]

    def test_the_direction_gives_a_reason(
        self, budget: Budget, claire: User, isabelle: User, login: Login
    ) -> None:
        client, pages = login(isabelle), self.pages(budget, claire)
        for page in pages:
            response = client.get(page)
            assert "Pourquoi ouvrir ce contenu" in response.content.decode(), page
            assert "canari" not in response.content.decode(), page
        state_reason(user=isabelle, subject_id=budget.household_id, reason="Absence du référent")
        for page in pages:
            response = client.get(page)
            assert response.status_code == 200
            assert b"Pourquoi ouvrir ce contenu" not in response.content, page
        assert client.get(url("budget_edit", budget.pk)).status_code == 403
        assert client.post(url("budget_freeze", budget.pk), {"purpose": "x"}).status_code == 403

    @pytest.mark.parametrize("name", ["nadege", "hugo", "francoise", "david", "armelle"])
    def test_nobody_else(
        self, name: str, budget: Budget, claire: User, login: Login, request: pytest.FixtureRequest
    ) -> None:
        client = login(request.getfixturevalue(name))
        for page in self.pages(budget, claire):
            assert client.get(page).status_code in (403, 404), page
        assert b"canari" not in client.get(url("detail", budget.household_id)).content

    def test_timeline_history_and_action_follow_the_same_right(
        self, budget: Budget, claire: User, isabelle: User, nadege: User
    ) -> None:
        household = budget.household
        DebtFactory(household=household, creditor="canari-créancier")
        told = {
            user.email: [
                item.title
                for item in collect_timeline(household, user)
                if item.title in ("Budget", "Dette connue")
            ]
            for user in (claire, isabelle, nadege)
        }
        assert told == {claire.email: ["Budget", "Dette connue"], isabelle.email: [], nadege.email: []}
        written = {
            user.email: "canari" in str([change.fields for change in household_changes(household, user)])
            for user in (claire, isabelle, nadege)
        }
        assert written == {claire.email: True, isabelle.email: False, nadege.email: False}
        offered = {
            user.email: "Faire le budget" in [one.label for one in collect_actions(household, user)]
            for user in (claire, isabelle)
        }
        assert offered == {claire.email: True, isabelle.email: False}


class TestPaper:
    def text(self, client: StrictClient, address: str) -> str:
        response = client.get(address)
        assert response.headers["Content-Type"] == "application/pdf"
        assert "Da Silva" not in response.headers["Content-Disposition"]
        with pdfplumber.open(BytesIO(response.content)) as pdf:
            return " ".join(
                " ".join(page.extract_text() for page in pdf.pages).replace("\u00a0", " ").split()
            )

    def test_a_budget_and_a_frozen_copy(self, budget: Budget, claire: User, login: Login) -> None:
        snapshot = freeze_budget(by=claire, household=budget.household, purpose="Demande de FSL")
        client = login(claire)
        printed = self.text(client, url("budget_pdf", budget.pk))
        for expected in (
            "Budget du mercredi 18 novembre 2026", "Da Silva – Kerbrat", "12,11 €",
            "(1 800,00 € − 710,00 €) ÷ 3 personnes ÷ 30 jours", "Assurance habitation", "120,00 € par an", "vu",
            "version 1 du 01/01/2020", "canari-precision", "canari-commentaire",
        ):  # fmt: skip
            assert expected in printed, expected
        frozen = self.text(client, url("budget_snapshot_pdf", snapshot.pk))
        assert "Figée le 24/11/2026" in frozen
        assert snapshot.checksum[:32] in frozen
        lines = AccessLog.objects.filter(
            action=AccessAction.PRINT, user=claire, subject_id=budget.household_id
        )
        assert sorted(one.detail["document"] for one in lines) == ["budget", "budget figé"]


class TestDebtPages:
    def test_added_then_settled(self, family: Household, claire: User, login: Login) -> None:
        client = login(claire)
        data = {"creditor": "EDF", "kind": "energy", "remaining_amount": "412,50", "stage": "reminder"}
        client.post(url("debt_create", family.pk), data)
        debt = Debt.objects.get()
        assert (debt.remaining_amount, debt.noted_on) == (Decimal("412.50"), TODAY)
        client.post(url("debt_edit", debt.pk), data | {"stage": "settled"})
        debt.refresh_from_db()
        assert (debt.remaining_amount, debt.settled_on) == (0, TODAY)
        text = words(client.get(url("debt", debt.pk)))
        assert "soldée le 24/11/2026" in text
        assert "412,50" in text  # the former state, in what changed

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"plan_count": "12"}, "Un plan a une première échéance."),
            ({"plan_start": "01/12/2026"}, "Un plan a une mensualité."),
            (
                {"plan_start": "01/12/2026", "monthly_payment": "5", "plan_end": "1/11/2026"},
                "suit la première",
            ),
            ({"settled_on": "01/11/2026"}, "Choisissez le stade « Soldée »"),
            ({"remaining_amount": ""}, "obligatoire"),
        ],
    )
    def test_refused_at_the_field(
        self, family: Household, claire: User, login: Login, typed: dict[str, str], said: str
    ) -> None:
        data = {"creditor": "EDF", "kind": "energy", "remaining_amount": "400", "stage": "notice"}
        page = words(login(claire).post(url("debt_create", family.pk), data | typed))
        assert said in page
        assert not Debt.objects.exists()


class TestSettings:
    def test_the_direction_changes_the_formula(self, isabelle: User, login: Login) -> None:
        client = login(isabelle)
        address = url("budget_formula")
        form = html.fromstring(client.get(address).content.decode()).xpath(
            '//form[.//input[@name="valid_from"]]'
        )[0]
        pairs = [(name, value) for name, value in form.form_values() if name != "csrfmiddlewaretoken"]
        data: dict[str, list[str]] = {}
        for name, value in pairs:
            data.setdefault(name, []).append(value)
        data |= {
            "valid_from": ["24/11/2026"],
            "source": ["Règlement"],
            "daily_floor": ["9,00"],
            "count_by": ["parts"],
        }
        data["charges"].remove("telecom")
        tried = words(client.post(url("budget_formula_example"), data))
        # 2 377,52 − (1 509,40 − 48,00) over 2 + 0,5 + 0,25 parts
        assert "(2 377,52 € − 1 461,40 €) ÷ 2,75 parts ÷ 30 jours" in tried
        response = client.post(address, data)
        assert response.url == url("budget_settings")
        page = words(client.get(url("budget_settings")))
        assert "Version 2, à partir du 24/11/2026" in page
        past = client.post(address, data | {"valid_from": ["23/11/2026"]})
        assert "ne s’applique pas au passé" in words(past)

    def test_a_category_is_changed_and_counted_elsewhere(self, armelle: User, login: Login) -> None:
        category = BudgetCategory.objects.get(code="aeeh")
        client = login(armelle)
        data = {"label": "AEEH de base", "group": "family", "periodicity": "monthly", "position": "5",
                "is_active": "on", "counted": ["resources", "quotient_resources"]}  # fmt: skip
        client.post(url("budget_category", category.pk), data)
        page = words(client.get(url("budget_settings")))
        said = "AEEH de base Prestations familiales et handicap par mois Ressources, Ressources du quotient"
        assert said in page
        assert "Version 2" in page
