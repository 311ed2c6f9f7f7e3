"""The pages of the money: the month, the account, its steps and prints, and who may open them."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pdfplumber
import pytest
from django.urls import reverse

from cias.audit.models import AccessLog
from cias.core.export import csv_bytes
from cias.schedule import BEAT_SCHEDULE
from cias.territory.models import Structure
from households.models import LetterTemplate, NamedAccess
from households.services import protect_household
from housing.dues import services
from housing.dues.addressing import stay_lines
from housing.dues.listing import LEDGER
from housing.dues.tasks import call_contributions
from housing.enums import ContractKind, ExitOutcome
from housing.models import Due, DuesRule, Payment, Reminder, RepaymentPlan, Stay, StayContract
from tests.factories import AddressFactory, MembershipFactory, PersonFactory, PlaceFactory, StayFactory

pytestmark = pytest.mark.django_db
D = Decimal
SEPTEMBER = date(2026, 9, 1)


def housed(**values) -> Stay:
    stay = StayFactory(**values)
    StayContract.objects.create(
        stay=stay,
        kind=ContractKind.INITIAL,
        start=stay.start,
        end=stay.planned_end,
        contribution=stay.contribution,
    )
    return stay


@pytest.fixture
def stay(claire) -> Stay:
    """A household with somebody to write to, housed since September, the month called."""
    stay = housed(referent=claire)
    person = PersonFactory(birth_name="Lefèvre", first_names="Denise")
    MembershipFactory(household=stay.household, person=person, role="applicant", start=date(2026, 1, 1))
    AddressFactory(household=stay.household)
    services.call_month(by=claire, month=SEPTEMBER, on=SEPTEMBER)
    return stay


def url(name: str, *args: object) -> str:
    return reverse(f"housing:{name}", args=args)


def words(response) -> str:
    assert response.headers["Content-Type"] == "application/pdf"
    with pdfplumber.open(BytesIO(response.content)) as pdf:
        text = " ".join(page.extract_text() for page in pdf.pages)
    return " ".join(text.replace("\u00a0", " ").split())


def test_a_month_is_called_from_its_page_and_a_second_click_changes_nothing(login, isabelle) -> None:
    housed()
    client = login(isabelle)
    page = client.get(url("participations"), {"mois": "2026-09"}).content.decode()
    assert "Appeler 1\u00a0participation" in page
    response = client.post(url("participations_call"), {"mois": "2026-09"}, follow=True)
    assert "1\u00a0participation appelée, 120,00\u00a0€ en tout" in response.content.decode()
    response = client.post(url("participations_call"), {"mois": "2026-09"}, follow=True)
    assert "tout était déjà appelé" in response.content.decode()
    assert Due.objects.count() == 1


def test_the_month_is_filtered_and_says_what_is_to_regularise(login, claire, stay) -> None:
    client = login(claire)
    shown = client.get(url("participations"), {"mois": "2026-09", "etat": "impaye"}).content.decode()
    assert url("account", stay.pk) in shown
    services.pay(by=claire, stay=stay, on=SEPTEMBER, amount=D("120.00"), means="cash")
    assert (
        url("account", stay.pk)
        not in client.get(url("participations"), {"mois": "2026-09", "etat": "impaye"}).content.decode()
    )
    Stay.objects.filter(pk=stay.pk).update(end=date(2026, 9, 15), outcome=ExitOutcome.SOCIAL)
    page = client.get(url("participations"), {"mois": "2026-09", "etat": "a-regulariser"}).content.decode()
    assert "à régulariser\u00a0: 60,00\u00a0€" in page
    due = Due.objects.get()
    response = client.post(url("due_regularise", due.pk), follow=True)
    assert "120,00\u00a0€ devient 60,00\u00a0€" in response.content.decode()


def test_lists_ask_as_many_queries_for_many_stays_as_for_two(
    login, claire, django_assert_max_num_queries
) -> None:
    client = login(claire)
    for pages in (("participations", {"mois": "2026-09"}), ("arrears", {})):
        counts = []
        for more in (2, 8):
            for _ in range(more):
                housed()
            services.call_month(by=claire, month=SEPTEMBER, on=SEPTEMBER)
            with django_assert_max_num_queries(12) as captured:
                client.get(url(pages[0]), pages[1])
            counts.append(len(captured))
        assert counts[0] == counts[1]


def test_a_payment_is_typed_and_its_slips_are_said(login, claire, stay) -> None:
    client = login(claire)
    page = client.post(url("account_pay", stay.pk), {
        "on": "05/09/2026", "amount": "beaucoup", "means": "cheque", "payer": "other", "reference": "n° 12",
    }).content.decode()  # fmt: skip
    assert "Saisissez un montant" in page
    assert "Indiquez qui a payé." in page
    assert 'value="n° 12"' in page
    due = Due.objects.get()
    values = {"on": "05/09/2026", "amount": "100", "means": "cheque", "payer": "home"}
    page = client.post(url("account_pay", stay.pk), {**values, f"due_{due.pk}": "150"}).content.decode()
    assert "Il reste 120,00" in page
    response = client.post(url("account_pay", stay.pk), {**values, f"due_{due.pk}": "40,50"}, follow=True)
    assert "Le paiement est enregistré." in response.content.decode()
    assert Due.objects.with_paid().get().left == D("20.00")
    payment = Payment.objects.get()
    response = client.post(url("payment_reverse", payment.pk), {"reason": ""})
    assert "obligatoire" in response.content.decode()
    client.post(url("payment_reverse", payment.pk), {"reason": "Saisi deux fois"})
    assert Due.objects.with_paid().get().left == D("120.00")
    assert AccessLog.objects.filter(user=claire, subject_id=stay.household_id).exists()


def test_a_quittance_only_when_the_month_is_paid(login, claire, stay) -> None:
    client, due = login(claire), Due.objects.get()
    services.pay(by=claire, stay=stay, on=SEPTEMBER, amount=D("50.00"), means="cash")
    text = words(client.get(url("due_receipt", due.pk)))
    assert "Reçu, paiement partiel" in text
    assert "Il reste 70,00 € à payer" in text
    assert "donne quittance" not in text
    services.pay(by=claire, stay=stay, on=SEPTEMBER, amount=D("70.00"), means="cash")
    text = words(client.get(url("due_receipt", due.pk)))
    assert "donne quittance" in text
    assert "Denise Lefèvre" in text


def test_notices_statement_and_receipts_are_printed(login, claire, stay) -> None:
    client = login(claire)
    notice = words(client.get(url("due_notice", Due.objects.get().pk)))
    assert "À payer avant le jeudi 10 septembre 2026 : 120,00 €" in notice
    assert "Participation de septembre 2026" in words(client.get(url("account_statement", stay.pk)))
    payment = services.pay(by=claire, stay=stay, on=SEPTEMBER, amount=D("130.00"), means="cash")
    receipt = words(client.get(url("payment_receipt", payment.pk)))
    assert "Crédit pour les mois suivants — 10,00 €" in receipt
    month = {"mois": "2026-09"}
    assert "Avis d’échéance" in words(client.get(url("participations_notices"), month))
    assert "donne quittance" in words(client.get(url("participations_receipts"), month))


def test_a_reminder_is_a_letter_of_the_household_and_can_be_undone(login, claire, stay) -> None:
    Structure.objects.update(phone="+33237234000")
    client = login(claire)
    page = client.get(url("account", stay.pk)).content.decode()
    assert "Premier rappel" in page
    assert reverse("rights:open", args=[stay.household_id, "fsl"]) in page
    client.post(url("account_remind", stay.pk, 1))
    reminder = Reminder.objects.get()
    assert (reminder.level, reminder.owed, reminder.letter.number is not None) == (1, D("120.00"), True)
    text = words(client.get(url("reminder_print", reminder.pk)))
    assert "Participation de septembre 2026, à payer avant le 10/09/2026 : 120,00 €" in text
    response = client.post(url("account_remind", stay.pk, 1), follow=True)
    assert "déjà partie aujourd’hui" in response.content.decode()
    client.post(url("reminder_cancel", reminder.pk))
    reminder.refresh_from_db()
    assert reminder.cancelled_by == claire
    client.post(url("account_remind", stay.pk, 1))
    assert Reminder.objects.count() == 2
    assert "n’existe pas" in client.post(url("account_remind", stay.pk, 9), follow=True).content.decode()


def test_the_words_of_a_reminder_are_those_of_its_template(login, isabelle, stay) -> None:
    template = LetterTemplate.objects.get(code="impaye-rappel")
    page = login(isabelle).get(url("dues_rules")).content.decode()
    assert reverse("households:letter_template_edit", args=[template.pk]) in page


def test_a_plan_is_agreed_printed_and_ended(login, claire, stay) -> None:
    client = login(claire)
    page = client.post(url("account_plan", stay.pk), {
        "signed_on": "20/10/2026", "first_on": "05/11/2026", "count": "99",
    }).content.decode()  # fmt: skip
    assert 'value="99"' in page
    client.post(
        url("account_plan", stay.pk), {"signed_on": "20/10/2026", "first_on": "05/11/2026", "count": "7"}
    )
    plan = RepaymentPlan.objects.get()
    text = words(client.get(url("plan_print", plan.pk)))
    assert "17,14 €" in text
    assert "17,16 €" in text
    client.post(url("plan_end", plan.pk), {"outcome": "broken", "reason": "Rien de payé"})
    client.post(url("plan_resume", plan.pk))
    plan.refresh_from_db()
    assert plan.ended_on is None


def test_a_deposit_is_received_settled_printed_and_undone(login, claire) -> None:
    stay = housed(deposit=D("300.00"), end=date(2026, 10, 31), outcome=ExitOutcome.SOCIAL)
    client = login(claire)
    values = {"amount": "300", "on": "01/09/2026", "means": "cheque"}
    client.post(url("account_deposit", stay.pk), values)
    assert services.deposit_held(stay) == D("300.00")
    settle = {"keys_returned_on": "31/10/2026", "on": "10/11/2026", "means": "transfer"}
    page = client.post(
        url("account_settle", stay.pk), {**settle, "cost_0": "100", "label_0": ""}
    ).content.decode()
    assert "Dites ce qui est retenu." in page
    client.post(
        url("account_settle", stay.pk), {**settle, "label_0": "Porte", "cost_0": "100", "wear_0": "25"}
    )
    settlement = stay.settlements.get()
    assert (settlement.kept, settlement.returned) == (D("75.00"), D("225.00"))
    text = words(client.get(url("settlement_print", settlement.pk)))
    assert "Retenue : Porte 100,00 € 25 % − 75,00 €" in text
    client.post(url("settlement_reverse", settlement.pk))
    assert services.deposit_held(stay) == D("300.00")


def test_the_clock_calls_the_month_once() -> None:
    housed(start=date(2026, 1, 1), planned_end=date(2026, 12, 31))
    assert call_contributions() == 1
    assert call_contributions() == 0
    assert BEAT_SCHEDULE["housing-call-contributions"]["task"] == call_contributions.name
    assert Due.objects.get().by is None


def test_the_ledger_goes_to_the_accountant_without_names_of_protected_files(claire, isabelle, stay) -> None:
    services.pay(by=claire, stay=stay, on=SEPTEMBER, amount=D("120.00"), means="cheque", reference="7654321")
    protect_household(by=claire, household=stay.household, reason="violence", agents=[claire])

    def told(user) -> str:
        rows, columns = LEDGER.rows(user).order_by("on", "created_at"), LEDGER.exported_to(user)
        lines = ([column.value(row) for column in columns] for row in rows)
        return csv_bytes([column.label for column in columns], lines).decode()

    assert stay.household.number in told(claire)
    assert stay.household.number not in told(isabelle)
    assert "120,00" in told(isabelle)
    assert "7654321" in told(isabelle)


@pytest.mark.parametrize("who", ["nadege", "hugo", "francoise", "david", "armelle"])
def test_money_is_closed_to_roles_without_the_right(login, request, who, stay) -> None:
    client = login(request.getfixturevalue(who))
    due = Due.objects.get()
    for name, args in (
        ("participations", []),
        ("arrears", []),
        ("account", [stay.pk]),
        ("due_receipt", [due.pk]),
    ):
        assert client.get(url(name, *args)).status_code == 403


def test_a_hidden_address_is_on_no_page_and_no_print(login, claire, stay) -> None:
    household = stay.household
    protect_household(by=claire, household=household, reason="violence", hides_address=True, agents=[claire])
    household.refresh_from_db()
    assert household.address_hidden
    client, due, place = login(claire), Due.objects.get(), stay.place.dwelling.street
    assert place not in client.get(url("account", stay.pk)).content.decode()
    for name in ("due_notice", "due_receipt"):
        assert place not in words(client.get(url(name, due.pk)))
    assert place not in words(client.get(url("account_statement", stay.pk)))
    assert NamedAccess.objects.filter(agent=claire).exists()


def test_a_rule_holds_from_its_day_on(login, isabelle) -> None:
    old = DuesRule.objects.get()
    values = {
        "valid_from": "01/10/2026", "due_day": "31", "notice_days": 5, "first_reminder_days": 10,
        "second_reminder_days": 30, "last_reminder_days": 60, "most_instalments": 24, "broken_after_days": 15,
        "deposit_months": 1, "deposit_months_damaged": 2, "source": "Délibération du 12/09/2026",
    }  # fmt: skip
    client = login(isabelle)
    page = client.post(url("dues_rule_create"), values).content.decode()
    assert "28" in page
    assert DuesRule.objects.count() == 1
    client.post(url("dues_rule_create"), {**values, "due_day": "5"})
    assert services.rule_on(date(2026, 9, 30)) == old
    assert services.rule_on(date(2026, 10, 1)).due_day == 5


def test_an_envelope_names_the_room_of_a_shared_dwelling_only(claire) -> None:
    stay = housed()
    dwelling = stay.place.dwelling
    assert stay.place.label not in stay_lines(stay, claire, SEPTEMBER)
    PlaceFactory(dwelling=dwelling)
    dwelling.complement = "2e étage"
    dwelling.save()
    assert stay_lines(stay, claire, SEPTEMBER)[1:4] == [stay.place.label, "2e étage", dwelling.street]
