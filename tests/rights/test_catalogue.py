"""The catalogue is the direction's and the administrator's: new versions from a day on, nothing deleted (R1)."""

from datetime import date, timedelta
from io import BytesIO

import pdfplumber
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cias.core.sources import Certainty
from rights import services
from rights.deadlines import deadlines
from rights.enums import DelayKind, FileState
from rights.models import FilePiece, RequiredPiece, Right, RightNotice, RightsFile, RuleDelay
from tests.factories import RightFactory, RightsFileFactory

pytestmark = pytest.mark.django_db


def at(name: str, *args) -> str:
    return reverse(f"rights:{name}", args=args)


def words(response) -> str:
    return response.content.decode()


def rule_form(client, right: Right, **changes):
    """What the page of a new version sends: its own initial values, then `changes`."""
    form = client.get(at("change_rule", right.code)).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in {**sent, **changes}.items() if value not in (None, False)}


@pytest.fixture
def ash(db: None) -> Right:
    return Right.objects.get(code="ash")


def test_a_new_version_leaves_the_delays_that_have_begun(login, isabelle, ash) -> None:
    old = RightsFileFactory(right=ash, deposit_on=date(2026, 10, 5))
    recent = RightsFileFactory(right=ash, deposit_on=date(2026, 11, 20))
    client = login(isabelle)
    answer = client.post(
        at("change_rule", "ash"),
        rule_form(client, ash, valid_from="15/11/2026", transmission_value="15", transmission_unit="days"),
        follow=True,
    )
    assert "Nouvelle version des délais" in words(answer)
    before, after = ash.rules.order_by("valid_from")
    assert (before.valid_until, after.valid_from) == (date(2026, 11, 14), date(2026, 11, 15))
    assert after.delay(DelayKind.ENTRY).value == 2  # taken over from the version before
    for file, due in ((old, date(2026, 11, 5)), (recent, date(2026, 12, 7))):
        file.refresh_from_db()
        assert file.due_on == due


def test_a_corrected_version_moves_the_deadlines_of_the_files_that_run_under_it(login, isabelle, ash) -> None:
    building = RightsFileFactory(right=ash, deposit_on=date(2026, 10, 5))
    older = RightsFileFactory(right=Right.objects.get(code="css"), deposit_on=date(2026, 10, 5))
    rule, client, due = ash.rules.get(), login(isabelle), older.due_on
    values = rule_form(
        client, ash, transmission_value="2", entry_value="", entry_unit="", ack_value="8", ack_unit="days"
    )
    answer = words(client.post(at("correct_rule", "ash", rule.pk), values, follow=True))
    assert "La version est corrigée" in answer
    corrected = ash.rules.get()
    assert (corrected.pk, corrected.valid_from, corrected.transmission_value) == (rule.pk, rule.valid_from, 2)
    assert (corrected.delay(DelayKind.ENTRY), corrected.delay(DelayKind.ACKNOWLEDGEMENT).value) == (None, 8)
    building.refresh_from_db()
    older.refresh_from_db()
    assert (building.due_on, older.due_on) == (date(2026, 12, 7), due)  # 5 December 2026 is a Saturday
    assert "délai de transmission" in words(client.get(at("right_history", "ash"))).lower()


def test_a_correction_that_does_not_hold_together_keeps_what_was_typed(login, isabelle, ash) -> None:
    rule, client = ash.rules.get(), login(isabelle)
    values = rule_form(client, ash, decision_value="", decision_source="Un texte tapé")
    answer = words(client.post(at("correct_rule", "ash", rule.pk), values))
    assert "Indiquez la durée de ce délai." in answer
    assert "Un texte tapé" in answer
    assert ash.rules.get().decision_value == 2


def test_a_withdrawn_version_gives_the_deadlines_back(login, isabelle, ash) -> None:
    coming = timezone.localdate() + timedelta(days=20)
    claim = RightsFileFactory(right=ash, state=FileState.BUILDING, deposit_on=coming)
    before, client = claim.due_on, login(isabelle)
    client.post(
        at("change_rule", "ash"),
        rule_form(client, ash, valid_from=coming.strftime("%d/%m/%Y"), transmission_value="3"),
    )
    claim.refresh_from_db()
    assert claim.due_on > before
    client.post(at("withdraw_rule", "ash"))
    claim.refresh_from_db()
    assert claim.due_on == before


def test_a_version_in_the_wrong_order_is_refused_at_its_field(login, isabelle, ash) -> None:
    client = login(isabelle)
    values = rule_form(client, ash, valid_from="01/01/2019", transmission_source="Un texte tapé")
    answer = words(client.post(at("change_rule", "ash"), values))
    assert "La dernière version commence le 01/01/2020" in answer
    assert "Un texte tapé" in answer


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"decision_value": ""}, "Indiquez la durée de ce délai."),
        ({"decision_unit": ""}, "Indiquez l’unité de ce délai"),
        ({"renewal_from_months": "2", "renewal_until_months": "4"}, "La fenêtre s’ouvre avant de se fermer."),
        ({"entry_unit": ""}, "Indiquez l’unité de ce délai"),
        ({"valid_from": "31/02/2027"}, "n’existe pas"),
    ],
)
def test_a_rule_that_does_not_hold_together_is_refused(login, isabelle, ash, changes, sentence) -> None:
    client = login(isabelle)
    values = rule_form(client, ash, **{"valid_from": "01/01/2027", **changes})
    assert sentence in words(client.post(at("change_rule", "ash"), values))
    assert ash.rules.count() == 1


def test_a_version_to_come_can_be_withdrawn_and_the_one_in_force_cannot(login, isabelle, ash) -> None:
    client, coming = login(isabelle), timezone.localdate() + timedelta(days=40)
    client.post(at("change_rule", "ash"), rule_form(client, ash, valid_from=coming.strftime("%d/%m/%Y")))
    assert "Retirer cette version" in words(client.get(at("right", "ash")))
    client.post(at("withdraw_rule", "ash"))
    assert [rule.valid_until for rule in ash.rules.all()] == [None]
    assert "ne s’efface pas" in words(client.post(at("withdraw_rule", "ash"), follow=True))
    assert ash.rules.count() == 1


def test_reading_the_text_takes_the_mark_away(login, isabelle, file, claire) -> None:
    rsa = Right.objects.get(code="rsa")
    asked = RightsFileFactory(
        right=rsa, transmitted=True, household=file.household, applicant=file.applicant, agent=claire
    )
    assert "règle à vérifier" in words(login(claire).get(at("file", asked.pk)))
    rule = rsa.rules.get()
    login(isabelle).post(
        at("check_rule", "rsa", rule.pk),
        {"source": "CASF, lu le 02/11/2026", "certainty": Certainty.VERIFIED},
    )
    assert "règle à vérifier" not in words(login(claire).get(at("file", asked.pk)))


def test_a_piece_asked_for_stays_what_it_was_in_the_files_that_have_it(login, isabelle, file) -> None:
    piece = RequiredPiece.objects.get(code="css-impot")
    client = login(isabelle)
    client.post(
        at("edit_right_piece", "css", piece.pk),
        {"label": "Avis de situation déclarative", "mandatory": "on", "display_order": 50, "source": "Caisse",
         "certainty": Certainty.TO_CHECK, "is_active": "on"},
    )  # fmt: skip
    piece.refresh_from_db()
    assert (piece.label, piece.is_active) == ("Dernier avis d’impôt sur les revenus", False)
    fresh = RequiredPiece.objects.get(label="Avis de situation déclarative")
    assert (fresh.right.code, fresh.is_active) == ("css", True)
    assert file.pieces.filter(required=piece).exists()
    assert not FilePiece.objects.filter(required=fresh).exists()
    page = words(client.get(at("right", "css")))
    assert "Avis de situation déclarative" in page
    assert "Plus demandées" in page


def test_a_right_is_added_and_deactivated_never_deleted(login, armelle, household, claire) -> None:
    client = login(armelle)
    values = {
        "name": "Aide médicale de l’État", "acronym": "AME", "family": "health", "summary": "Soins.",
        "authority": "CPAM", "service": "CPAM", "source": "CASF, L251-1", "certainty": Certainty.TO_CHECK,
        "is_active": "on", "is_frequent": "on",
    }  # fmt: skip
    assert "Ce champ est obligatoire" in words(client.post(at("add_right"), {**values, "authority": ""}))
    client.post(at("add_right"), values)
    ame = Right.objects.get(code="ame")
    assert "Aide médicale" in words(login(claire).get(at("choose", household.pk)))
    login(armelle).post(at("edit_right", "ame"), {**values, "is_active": ""})
    ame.refresh_from_db()
    assert not ame.is_active
    assert "Aide médicale" not in words(login(claire).get(at("choose", household.pk)))
    assert "AME" in words(login(claire).get(at("right", "ame")))
    assert "Aide médicale" in words(login(armelle).get(at("right_history", "ame")))


def test_a_duty_to_inform_is_added(login, isabelle) -> None:
    client = login(isabelle)
    client.post(
        at("add_notice", "rsa"),
        {"text": "Déclarer ses ressources chaque trimestre.", "display_order": 10, "source": "CASF", "is_active": "on",
         "certainty": Certainty.TO_CHECK},
    )  # fmt: skip
    assert RightNotice.objects.get(right__code="rsa").code.startswith("rsa-declarer")


def test_the_social_workers_read_the_catalogue_and_do_not_change_it(login, claire) -> None:
    client = login(claire)
    page = words(client.get(at("right", "ash")))
    assert "Nouvelle version" not in page
    assert "récupérées sur la succession" in page
    assert "Admission d’urgence" in page
    assert client.get(at("change_rule", "ash")).status_code == 403


def test_a_rule_keeps_its_delays_when_the_catalogue_is_seeded_again(ash) -> None:
    from rights.reference import seed

    ash.rules.get().delays.filter(kind=DelayKind.ENTRY).delete()
    seed()
    assert ash.rules.get().delay(DelayKind.ENTRY) is None


def test_delays_that_come_with_a_new_release_reach_the_files_already_there(ash) -> None:
    from rights.reference import seed

    RuleDelay.objects.all().delete()
    claim = RightsFileFactory(
        right=ash, deposit_on=date(2026, 10, 5), urgent_on=date(2026, 10, 5), urgent_notified_on=None
    )
    assert claim.due_kind == "transmission"
    seed()
    claim.refresh_from_db()
    assert claim.due_kind == "urgent_notice"


def test_every_right_of_the_catalogue_says_what_its_sheet_must() -> None:
    rights = Right.objects.prefetch_related("rules__delays", "pieces")
    assert rights.count() == 17  # the sixteen of the mission, and the prime d’activité
    for right in rights:
        rule = right.rule_on(date(2026, 11, 26))
        assert all((right.authority, right.service, right.source, right.pieces.all(), rule)), right.code
        for name in ("transmission", "decision", "appeal"):
            assert not getattr(rule, f"{name}_unit") or getattr(rule, f"{name}_source"), (right.code, name)
        assert all(delay.source for delay in rule.delays.all()), right.code


def test_a_new_version_must_start_after_the_last(ash, isabelle) -> None:
    with pytest.raises(ValidationError):
        services.change_rule(by=isabelle, right=ash, valid_from=date(2020, 1, 1), values={}, delays=[])


def test_files_of_an_unknown_rule_have_no_deadline() -> None:
    file = RightsFile(right=RightFactory(code="essai"), state=FileState.BUILDING, deposit_on=date(2026, 1, 1))
    assert deadlines(file) == []


@pytest.mark.parametrize("code", ["css", "prime-activite", "ash"])
def test_the_sheet_to_take_home_says_what_to_bring_and_where(login, nadege, code: str) -> None:
    """R10: reception hands it over, nothing of a file is on it."""
    answer = login(nadege).get(reverse("rights:information", args=[code]))
    assert answer["Content-Type"] == "application/pdf"
    with pdfplumber.open(BytesIO(answer.content)) as pdf:
        text = "\n".join(page.extract_text() for page in pdf.pages)
    right = Right.objects.get(code=code)
    words = " ".join(text.split())
    assert right.name in words
    assert right.pieces.filter(is_active=True).first().label.split(",")[0] in words
    assert "Prenez rendez-vous au CIAS" in words
    assert ("à vérifier auprès de l’organisme" in words) == (
        right.is_to_check or right.rule_on(date(2026, 11, 26)).is_to_check
    )
