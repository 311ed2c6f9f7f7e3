"""Each role on each page: what it may do is there, what it may not know is not."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.audit.services import state_reason
from rights import services
from rights.enums import FileState, Opinion, PieceState
from rights.models import FilePiece, Right, RightsFile
from tests.factories import (
    AppointmentFactory,
    FileNirFactory,
    FilePieceFactory,
    HouseholdFactory,
    MaintenanceDebtorFactory,
    MembershipFactory,
    PersonFactory,
    RightFactory,
    RightsFileFactory,
)

pytestmark = pytest.mark.django_db
S = FileState
SECRET = "Découvert bancaire et menace de saisie."


def page(response) -> str:
    return response.content.decode()


def url(name: str, file: RightsFile, **more) -> str:
    return reverse(f"rights:{name}", kwargs={"rights_file_id": file.pk, **more})


def post_piece(client, piece: FilePiece, **values):
    return client.post(url("piece", piece.file, file_piece_id=piece.pk), values, follow=True)


@pytest.fixture
def told(file, claire) -> RightsFile:
    """The same file, with an avis nobody but the workers may read."""
    return services.write_opinion(by=claire, file=file, opinion=Opinion.RESERVED, text=SECRET)


# --- Catalogue -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["nadege", "claire", "isabelle", "armelle"])
def test_the_catalogue_says_what_was_checked(login, request, who) -> None:
    client = login(request.getfixturevalue(who))
    assert "Complémentaire santé solidaire (CSS)" in page(client.get(reverse("rights:catalogue")))
    css = page(client.get(reverse("rights:right", args=["css"])))
    assert "sans délai" in css
    assert "Le silence vaut acceptation" in css
    assert "CSS, art. R861-18 I" in css
    assert "entre 4 et 2 mois avant la fin" in css
    assert "à vérifier" in page(client.get(reverse("rights:right", args=["rsa"])))


def test_a_right_without_a_rule_or_out_of_use_says_so(login, claire) -> None:
    RightFactory(code="essai", is_active=False)
    sheet = page(login(claire).get(reverse("rights:right", args=["essai"])))
    assert "plus proposé" in sheet
    assert "Aucune règle n’est en vigueur" in sheet
    assert login(claire).get(reverse("rights:right", args=["inconnu"])).status_code == 404


# --- Opening ---------------------------------------------------------------------------------------------------------
def test_two_clicks_open_a_css_file(login, household, claire) -> None:
    client = login(claire)
    form = page(client.get(reverse("rights:open", args=[household.pk, "css"])))
    assert "Denise Lefèvre (09/03/1954)" in form
    applicant = household.memberships.get(role="applicant").person
    values = {"applicant": applicant.pk, "agent": claire.pk, "deposit_on": "", "detail": ""}
    answer = client.post(reverse("rights:open", args=[household.pk, "css"]), values, follow=True)
    assert "est ouvert, avec sa liste de pièces" in page(answer)
    file = RightsFile.objects.get()
    assert (file.applicant, file.state, file.agent) == (applicant, S.DRAFT, claire)


def test_a_file_opened_during_an_appointment_remembers_it(login, household, claire) -> None:
    mine = AppointmentFactory(household=household, agent=claire)
    other = AppointmentFactory(
        agent=claire, start=mine.end + timedelta(days=1), end=mine.end + timedelta(days=1, minutes=30)
    )
    applicant = household.memberships.get(role="applicant").person
    values = {"applicant": applicant.pk, "agent": claire.pk}
    for code, appointment in (("css", mine), ("rsa", other)):
        address = reverse("rights:open", args=[household.pk, code])
        login(claire).post(f"{address}?rendez-vous={appointment.pk}", values)
    assert RightsFile.objects.get(right__code="css").opened_during == mine
    assert RightsFile.objects.get(right__code="rsa").opened_during is None


def test_a_second_request_keeps_what_was_typed_and_says_what_to_do(login, file, claire) -> None:
    address = reverse("rights:open", args=[file.household_id, "css"])
    values = {"applicant": file.applicant_id, "agent": claire.pk, "deposit_on": "05/10/2026"}
    answer = page(login(claire).post(address, values))
    assert "<title>Erreur" in answer
    assert "déjà en cours pour cette personne" in answer
    assert 'value="05/10/2026"' in answer
    assert RightsFile.objects.count() == 1


def test_a_deposit_in_the_future_is_refused_at_the_field(login, household, claire) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    applicant = household.memberships.get(role="applicant").person
    values = {"applicant": applicant.pk, "agent": claire.pk, "deposit_on": f"{tomorrow:%d/%m/%Y}"}
    answer = page(login(claire).post(reverse("rights:open", args=[household.pk, "css"]), values))
    assert "Cette date est dans l’avenir." in answer
    assert not RightsFile.objects.exists()


def test_a_right_out_of_use_opens_nothing(login, household, claire) -> None:
    Right.objects.filter(code="css").update(is_active=False)
    client = login(claire)
    assert client.get(reverse("rights:open", args=[household.pk, "css"])).status_code == 404
    assert "Complémentaire santé" not in page(client.get(reverse("rights:choose", args=[household.pk])))


# --- The file --------------------------------------------------------------------------------------------------------
def test_the_worker_reads_everything(login, told, claire) -> None:
    answer = page(login(claire).get(url("file", told)))
    assert SECRET in answer
    assert "Justificatif de domicile" in answer
    assert "Transmettre la demande sans délai" in answer
    assert AccessLog.objects.filter(user=claire, subject_id=told.household_id).exists()


@pytest.mark.parametrize("who", ["nadege", "hugo", "francoise", "david", "armelle"])
@pytest.mark.parametrize("name", ["file", "history", "slip", "missing_pieces", "transmit", "opinion"])
def test_a_file_is_closed_to_roles_without_the_right(login, request, told, who, name) -> None:
    response = login(request.getfixturevalue(who)).get(url(name, told))
    assert response.status_code == 403
    assert SECRET not in page(response)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("file", "text/html"),
        ("history", "text/html"),
        ("slip", "application/pdf"),
        ("missing_pieces", "application/pdf"),
    ],
)
def test_the_direction_reads_content_with_a_reason_only(login, told, isabelle, name, kind) -> None:
    client = login(isabelle)
    refused = client.get(url(name, told))
    assert refused.headers["Content-Type"].startswith("text/html")
    assert SECRET not in page(refused)
    assert "Justificatif de domicile" not in page(refused)
    state_reason(user=isabelle, subject_id=told.household_id, reason="Réclamation")
    opened = client.get(url(name, told))
    assert opened.headers["Content-Type"].startswith(kind)
    assert kind == "application/pdf" or SECRET in page(opened)


def test_the_direction_changes_nothing(login, told, isabelle) -> None:
    state_reason(user=isabelle, subject_id=told.household_id, reason="Réclamation")
    client = login(isabelle)
    assert "Transmettre</a>" not in page(client.get(url("file", told)))
    assert client.post(url("transmit", told), {}).status_code == 403
    assert client.post(url("undo", told)).status_code == 403


def test_the_tab_shows_states_and_deadlines_without_content(login, told, isabelle) -> None:
    answer = page(login(isabelle).get(reverse("rights:household", args=[told.household_id])))
    assert "En constitution" in answer
    assert "05/10/2026" in answer
    assert SECRET not in answer
    assert "Ouvrir un dossier" not in answer


def test_a_file_nobody_knows_is_not_found(login, claire) -> None:
    address = reverse("rights:file", args=["00000000-0000-4000-8000-000000000000"])
    assert login(claire).get(address).status_code == 404


# --- The checklist ---------------------------------------------------------------------------------------------------
def test_pieces_are_received_refused_and_set_aside(login, file, claire) -> None:
    client, tax = login(claire), file.pieces.get(required__code="css-impot")
    assert "reçue" in page(post_piece(client, tax, action="receive"))
    assert "refusée" in page(post_piece(client, tax, action="refuse", remark="Année 2023"))
    tax.refresh_from_db()
    assert (tax.state, tax.remark, tax.received_on) == (PieceState.REFUSED, "Année 2023", None)
    post_piece(client, tax, action="not_needed")
    tax.refresh_from_db()
    assert tax.state == PieceState.NOT_NEEDED
    post_piece(client, tax, action="expect")
    tax.refresh_from_db()
    assert tax.state == PieceState.EXPECTED


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"action": "refuse"}, "Dites pourquoi la pièce est refusée."),
        ({"action": "receive", "issued_on": "31/02/2026"}, "Cette date n’existe pas"),
        ({"action": "receive", "issued_on": "01/01/2099"}, "Cette date est dans l’avenir."),
        ({"action": "burn"}, "Sélectionnez un choix valide"),
    ],
)
def test_a_refused_line_says_why_and_keeps_what_was_typed(login, file, claire, values, sentence) -> None:
    address = file.pieces.get(required__code="css-domicile")
    answer = page(post_piece(login(claire), address, **values)).replace("&#x27;", "’")
    assert sentence in answer
    assert values.get("issued_on", "") in answer
    address.refresh_from_db()
    assert address.state == PieceState.EXPECTED


def test_the_last_piece_completes_the_file(login, file, claire) -> None:
    client = login(claire)
    *others, last = file.pieces.filter(mandatory=True)
    for piece in others:
        services.receive_piece(by=claire, piece=piece, on=date(2026, 10, 12))
    assert "Le dossier est complet." in page(post_piece(client, last, action="receive"))


def test_a_piece_of_another_file_is_not_found(login, file, claire) -> None:
    other = FilePiece.objects.create(file=RightsFileFactory(), free_label="Quittance")
    address = url("piece", file, file_piece_id=other.pk)
    assert login(claire).post(address, {"action": "receive"}).status_code == 404


def test_another_piece_joins_the_list_once(login, file, claire) -> None:
    client = login(claire)
    assert "La pièce est dans la liste." in page(
        client.post(url("add_piece", file), {"label": "Bail"}, follow=True)
    )
    assert "déjà dans la liste" in page(client.post(url("add_piece", file), {"label": "Bail"}))


# --- Steps -----------------------------------------------------------------------------------------------------------
def today() -> str:
    return f"{timezone.localdate():%d/%m/%Y}"


def test_from_the_desk_to_an_open_right(login, file, claire) -> None:
    """The whole way of a CSS request, as a worker clicks it."""
    client = login(claire)
    client.post(url("opinion", file), {"opinion": "unfavourable", "text": "Plafond dépassé."})
    sent = client.post(
        url("transmit", file),
        {"on": today(), "channel": "online", "proof": "n° 4512", "agreement": "on"},
        follow=True,
    )
    assert "La transmission est enregistrée" in page(sent)
    client.post(url("acknowledge", file), {"on": today()})
    client.post(url("ask_pieces", file), {"on": today(), "due_on": "31/12/2030", "labels": "Bail\nRIB\n"})
    client.post(url("send_pieces", file), {"on": today()})
    decided = client.post(
        url("decide", file),
        {"decision": "granted", "on": today(), "notified_on": today(), "amount": "45,50",
         "rights_from": "01/12/2026", "rights_until": "30/11/2027"},
        follow=True,
    )  # fmt: skip
    assert "Droit ouvert" in page(decided)
    assert "45,50\u00a0€ par mois" in page(decided)
    renewed = client.post(url("renew", file), follow=True)
    assert "est ouvert pour le renouvellement" in page(renewed)
    assert RightsFile.objects.filter(renewal_of=file, state=S.DRAFT).exists()


def test_a_second_click_changes_nothing_and_says_so(login, file, claire) -> None:
    client = login(claire)
    values = {"on": today(), "channel": "post", "agreement": "on"}
    client.post(url("transmit", file), values)
    again = client.post(url("transmit", file), values, follow=True)
    assert "Rien n’a été enregistré" in page(again)
    assert file.moves.filter(to_state=S.TRANSMITTED).count() == 1
    assert client.get(url("transmit", file)).url == url("file", file)
    assert "On ne peut pas passer" in page(client.post(url("renew", file), follow=True))


@pytest.mark.parametrize(
    ("name", "values", "sentence"),
    [
        ("transmit", {"on": "06/10/2026", "channel": "post"}, "avec l’accord de la personne"),
        ("transmit", {"on": "04/10/2026", "channel": "post", "agreement": "on"}, "Le dépôt précède"),
        ("transmit", {"on": "6 octobre", "channel": "post", "agreement": "on"}, "JJ/MM/AAAA"),
        ("opinion", {"opinion": "reserved", "text": ""}, "se motive"),
        (
            "end",
            {"state": "abandoned", "closing_reason": "other_service", "on": "06/10/2026"},
            "ne va pas avec",
        ),
    ],
)
def test_a_refused_step_answers_at_the_field(login, file, claire, name, values, sentence) -> None:
    answer = page(login(claire).post(url(name, file), values))
    assert "<title>Erreur" in answer
    assert sentence in answer
    file.refresh_from_db()
    assert file.state == S.BUILDING


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"decision": "refused", "on": "20/10/2026", "amount": "12"}, "Un refus n’ouvre pas de droit"),
        ({"decision": "granted", "on": "12/10/2026"}, "La transmission précède"),
        ({"decision": "granted", "on": "20/10/2026", "notified_on": "19/10/2026"}, "ne peut pas précéder la décision"),
        ({"decision": "granted", "on": "20/10/2026", "rights_until": "30/11/2027"}, "premier jour du droit"),
        (
            {"decision": "granted", "on": "20/10/2026", "rights_from": "01/12/2026", "rights_until": "30/11/2026"},
            "finir avant de commencer",
        ),
        ({"decision": "tacit_refusal", "on": "20/10/2026"}, "Sélectionnez un choix valide"),
        ({"on": "20/10/2026"}, "Ce champ est obligatoire"),
    ],
)  # fmt: skip
def test_an_incoherent_decision_is_refused_at_the_field(login, claire, values, sentence) -> None:
    file = RightsFileFactory(transmitted=True)
    answer = page(login(claire).post(url("decide", file), values))
    assert sentence in answer
    file.refresh_from_db()
    assert file.state == S.TRANSMITTED


def test_silence_is_proposed_once_the_delay_has_run(login, claire) -> None:
    past = RightsFileFactory(
        transmitted=True,
        deposit_on=date(2026, 3, 2),
        completed_on=date(2026, 3, 2),
        transmitted_on=date(2026, 3, 3),
    )
    form = page(login(claire).get(url("decide", past)))
    assert 'value="tacit_grant"' in form
    assert 'value="tacit_refusal"' not in form
    assert 'value="03/05/2026"' in form


def test_the_last_move_is_undone_from_the_page(login, file, claire) -> None:
    client = login(claire)
    client.post(url("transmit", file), {"on": today(), "channel": "post", "agreement": "on"})
    answer = page(client.post(url("undo", file), follow=True))
    assert "est annulée" in answer
    assert "annulé par Claire Vasseur" in answer
    file.refresh_from_db()
    assert (file.state, file.transmitted_on) == (S.BUILDING, None)


def test_pieces_that_follow_an_incomplete_request_are_a_step_one_can_undo(login, file, claire) -> None:
    client = login(claire)
    client.post(url("transmit", file), {"on": today(), "channel": "post", "agreement": "on"})
    client.post(url("send_pieces", file), {"on": today()})
    file.refresh_from_db()
    assert (file.state, file.completed_on) == (S.TRANSMITTED, timezone.localdate())
    assert "Annuler l’étape «\u00a0Pièces envoyées\u00a0»" in page(client.get(url("file", file)))
    client.post(url("undo", file))
    file.refresh_from_db()
    assert (file.state, file.completed_on) == (S.TRANSMITTED, None)


def test_a_wrong_acknowledgement_is_taken_back(login, claire) -> None:
    sent, client = RightsFileFactory(transmitted=True), login(claire)
    assert client.post(url("acknowledge", sent), {"on": ""}).status_code == 200  # nothing to take back yet
    client.post(url("acknowledge", sent), {"on": today()})
    client.post(url("acknowledge", sent), {"on": ""})
    sent.refresh_from_db()
    assert sent.acknowledged_on is None


def test_the_history_names_who_wrote(login, told, claire) -> None:
    answer = page(login(claire).get(url("history", told)))
    assert SECRET in answer
    assert "Claire Vasseur" in answer


# --- The list --------------------------------------------------------------------------------------------------------
@pytest.fixture
def pile(claire, mehdi) -> dict[str, RightsFile]:
    day = timezone.localdate()
    late = RightsFileFactory(agent=claire, household__name="Tardif", deposit_on=day - timedelta(days=60))
    soon = RightsFileFactory(
        agent=mehdi,
        household__name="Bientôt",
        transmitted=True,
        deposit_on=day - timedelta(days=70),
        completed_on=day - timedelta(days=58),
        transmitted_on=day - timedelta(days=58),
    )
    fine = RightsFileFactory(
        agent=mehdi, household__name="Tranquille", right=RightFactory(code="rsa"), deposit_on=day
    )
    ended = RightsFileFactory(
        agent=mehdi, household__name="Ancien", state=S.ABANDONED, closed_on=day, closing_reason="fear"
    )
    return {"late": late, "soon": soon, "ok": fine, "ended": ended}


@pytest.mark.parametrize(
    ("filters", "seen"),
    [
        ({}, {"Tardif", "Bientôt", "Tranquille"}),
        ({"delai": "late"}, {"Tardif"}),
        ({"delai": "soon"}, {"Bientôt"}),
        ({"delai": "ok"}, {"Tranquille"}),
        ({"droit": "rsa"}, {"Tranquille"}),
        ({"etat": "abandoned"}, {"Ancien"}),
        ({"agent": "moi"}, {"Tardif"}),
        ({"delai": "nonsense"}, {"Tardif", "Bientôt", "Tranquille"}),
    ],
)
def test_the_list_is_filtered(login, claire, pile, filters, seen) -> None:
    answer = page(login(claire).get(reverse("rights:files"), filters))
    names = {"Tardif", "Bientôt", "Tranquille", "Ancien"}
    assert {name for name in names if name in answer} == seen


def test_the_direction_filters_by_agent_and_sees_no_content(login, isabelle, mehdi, pile) -> None:
    services.write_opinion(by=mehdi, file=pile["soon"], opinion=Opinion.RESERVED, text=SECRET)
    answer = page(login(isabelle).get(reverse("rights:files"), {"agent": str(mehdi.pk)}))
    assert "Bientôt" in answer
    assert "Tardif" not in answer
    assert SECRET not in answer


def test_an_empty_list_says_what_to_do(login, claire) -> None:
    assert "s’ouvre depuis le ménage" in page(login(claire).get(reverse("rights:files")))


@pytest.mark.parametrize("who", ["nadege", "hugo", "francoise", "david", "armelle"])
def test_the_list_is_closed_to_other_roles(login, request, who) -> None:
    assert login(request.getfixturevalue(who)).get(reverse("rights:files")).status_code == 403


def test_the_list_asks_as_many_queries_for_thirty_files_as_for_three(
    login, claire, django_assert_max_num_queries
) -> None:
    client = login(claire)
    RightsFileFactory.create_batch(3)
    with django_assert_max_num_queries(12) as few:
        client.get(reverse("rights:files"))
    RightsFileFactory.create_batch(27)
    with django_assert_max_num_queries(12) as many:
        answer = client.get(reverse("rights:files"))
    assert len(many) == len(few)
    assert "Page 1 sur 2" in page(answer)


def test_the_page_of_a_file_asks_as_many_queries_for_twenty_pieces_as_for_two(
    login, claire, django_assert_max_num_queries
) -> None:
    client, file = login(claire), RightsFileFactory()
    FilePieceFactory.create_batch(2, file=file)
    with django_assert_max_num_queries(12) as few:
        client.get(url("file", file))
    FilePieceFactory.create_batch(18, file=file)
    with django_assert_max_num_queries(12) as many:
        client.get(url("file", file))
    assert len(many) == len(few)


def test_a_file_with_every_duty_stays_within_twelve_queries(
    login, household, claire, django_assert_max_num_queries
) -> None:
    """ASH, decided: information given, people who owe maintenance, a number kept, a period."""
    applicant = household.memberships.get(role="applicant").person
    ash = services.open_file(
        by=claire, household=household, applicant=applicant, right=Right.objects.get(code="ash"), agent=claire,
        opened_on=date(2026, 10, 1), deposit_on=date(2026, 10, 5),
    )  # fmt: skip
    FileNirFactory(file=ash)
    MaintenanceDebtorFactory(file=ash)
    services.transmit(
        by=claire, file=ash, on=date(2026, 10, 7), channel="post", agreement=True,
        told=list(ash.right.notices.all())[:2], untold_reason="Hospitalisée",
    )  # fmt: skip
    services.decide(
        by=claire, file=ash, decision="granted", on=date(2026, 11, 7), rights_from=date(2026, 11, 1)
    )
    client = login(claire)
    with django_assert_max_num_queries(12):
        answer = page(client.get(url("file", ash)))
    assert "Hospitalisée" in answer


def test_the_household_page_shows_the_files_and_opens_a_usual_right_in_two_clicks(
    login, file, claire, isabelle, nadege
) -> None:
    address = reverse("households:detail", args=[file.household_id])
    seen = page(login(claire).get(address))
    assert "Droits et échéances" in seen
    assert "Complémentaire santé solidaire" in seen
    assert reverse("rights:open", args=[file.household_id, "rsa"]) in seen
    overview = page(login(isabelle).get(address))
    assert "Droits et échéances" in overview
    assert "/droits/ouvrir/" not in overview
    assert "Droits et échéances" not in page(login(nadege).get(address))


# --- The desk --------------------------------------------------------------------------------------------------------
def test_the_desk_finds_the_household_and_the_search_is_logged(login, told, nadege) -> None:
    client = login(nadege)
    client.get(reverse("rights:desk"))
    answer = page(client.post(reverse("rights:desk"), {"q": "lefevre"}))
    assert "Denise Lefèvre" in answer
    assert "pièces attendues" in answer
    line = AccessLog.objects.get(user=nadege, action=AccessAction.SEARCH)
    assert "lefevre" not in str(line.detail)
    assert "Personne ne répond" in page(client.post(reverse("rights:desk"), {"q": "zzzzqq"}))


def test_the_desk_sees_first_those_who_are_awaited(login, file, nadege) -> None:
    MembershipFactory(
        household=HouseholdFactory(), person=PersonFactory(birth_name="Lefèvre", first_names="Alice")
    )
    answer = page(login(nadege).post(reverse("rights:desk"), {"q": "lefevre"}))
    assert answer.index("Denise Lefèvre") < answer.index("Alice Lefèvre")


def test_the_desk_sees_the_right_and_its_pieces_and_nothing_else(login, told, nadege, claire) -> None:
    tax = told.pieces.get(required__code="css-impot")
    services.refuse_piece(by=claire, piece=tax, on=date(2026, 10, 8), remark="Saisie sur salaire visible")
    services.receive_piece(
        by=claire, piece=told.pieces.get(required__code="css-formulaire"), on=date(2026, 10, 8)
    )
    answer = page(login(nadege).get(reverse("rights:desk_household", args=[told.household_id])))
    assert "Complémentaire santé solidaire" in answer
    assert "Dernier avis d’impôt" in answer
    for hidden in (
        SECRET,
        "Saisie",
        "Formulaire S3711",
        "Réservé",
        "constitution",
        told.number,
        "05/10/2026",
    ):
        assert hidden not in answer


def test_the_desk_ticks_and_the_worker_is_told(login, file, nadege, claire) -> None:
    ids = [str(piece.pk) for piece in file.pieces.filter(mandatory=True)[:2]]
    address = reverse("rights:desk_household", args=[file.household_id])
    client = login(nadege)
    answer = page(client.post(address, {"pieces": ids}, follow=True))
    assert "2\u00a0pièces enregistrées. À vérifier par Claire Vasseur." in answer
    assert "déjà été enregistrées" in page(client.post(address, {"pieces": ids}, follow=True))
    assert "à vérifier" in page(login(claire).get(url("file", file)))


def test_the_desk_is_told_when_nothing_is_ticked(login, file, nadege) -> None:
    address = reverse("rights:desk_household", args=[file.household_id])
    for values in ({}, {"pieces": "not-a-piece"}):
        answer = page(login(nadege).post(address, values))
        assert "Cochez les pièces remises." in answer
        assert "<title>Erreur" in answer


def test_the_desk_has_nothing_to_tick_in_a_decided_file(login, nadege) -> None:
    file = RightsFileFactory(refused=True)
    FilePiece.objects.create(file=file, free_label="Quittance")
    answer = page(login(nadege).get(reverse("rights:desk_household", args=[file.household_id])))
    assert "Aucune pièce n’est attendue" in answer


@pytest.mark.parametrize("who", ["hugo", "isabelle", "francoise", "david", "armelle"])
def test_the_desk_is_closed_to_other_roles(login, request, who) -> None:
    household = HouseholdFactory()
    client = login(request.getfixturevalue(who))
    assert client.get(reverse("rights:desk")).status_code == 403
    assert client.post(reverse("rights:desk_household", args=[household.pk]), {}).status_code == 403


def test_a_colleague_may_take_over(login, mehdi) -> None:
    """The team shares its files: the social workers all instruct (features.md, C)."""
    draft = RightsFileFactory(draft=True)
    login(mehdi).post(url("deposit", draft), {"on": "09/10/2026"})
    draft.refresh_from_db()
    assert draft.deposit_on == date(2026, 10, 9)
