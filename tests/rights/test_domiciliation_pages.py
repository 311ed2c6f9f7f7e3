"""Each role on the pages of domiciliation: two clicks to a request, the desk's box, what the desk must not read."""

from datetime import date
from io import BytesIO

import pdfplumber
import pytest
from django.urls import reverse

from cias.accounts.models import User
from cias.audit.models import AccessLog
from cias.core.registry import collect_actions, collect_open, collect_timeline
from cias.territory.models import Commune
from households.enums import ProtectionReason
from households.models import Household, Person
from households.services import protect_household
from households.team import own_work
from rights.domiciliation import services
from rights.domiciliation.enums import DeskKind, ElectionState
from rights.models import DeskEvent, Domiciliation, DomiciliationSettings, Election, PickupCommune
from tests.factories import (
    CommuneFactory,
    DeskEventFactory,
    DomiciliationFactory,
    ElectionFactory,
    ForwardingFactory,
    PersonFactory,
    PickupPointFactory,
    ProxyFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
S = ElectionState


def page(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to("2026-11-24T10:21+01:00")


@pytest.fixture
def denise(household: Household) -> Person:
    return household.memberships.get(role="applicant").person


@pytest.fixture
def chartres(db: None) -> Commune:
    return CommuneFactory()


@pytest.fixture
def held(household: Household, denise: Person, claire: User, chartres: Commune) -> Election:
    """Denise's attestation until 7 October 2027."""
    domiciliation = DomiciliationFactory(
        number="DOM-2026-00042", household=household, person=denise, agent=claire
    )
    election = ElectionFactory(
        domiciliation=domiciliation, granted=True, commune=chartres, note="canari-entretien"
    )
    services.refresh(domiciliation)
    return election


def pdf_text(response) -> str:
    assert response.headers["Content-Type"] == "application/pdf"
    with pdfplumber.open(BytesIO(response.content)) as document:
        return " ".join(" ".join(sheet.extract_text() for sheet in document.pages).split())


# --- From the household to the attestation ---------------------------------------------------------------------------
def test_a_request_is_two_clicks_from_the_household(login, claire, household, denise, chartres) -> None:
    household.commune = chartres
    household.save()
    actions = {action.label: action.url for action in collect_actions(household, claire)}
    assert "Ouvrir un dossier Domiciliation" not in actions
    url = actions["Demander une domiciliation"]
    client = login(claire)
    form = client.get(url).context["form"]
    values = {name: form.get_initial_for_field(form.fields[name], name) for name in form.fields}
    assert values == {
        "person": denise.pk,
        "commune": chartres.pk,
        "agent": claire.pk,
        "on": date(2026, 11, 24),
    }
    answer = client.post(url, {**values, "on": "24/11/2026"}, follow=True)
    assert "La demande est reçue" in page(answer)
    assert Election.objects.get().decision_due_on == date(2027, 1, 24)


def test_the_catalogue_leads_to_the_module_and_to_nothing_else(login, claire, household) -> None:
    url = reverse("rights:open", args=[household.pk, "domiciliation"])
    assert login(claire).get(url).url == reverse("rights:dom_request", args=[household.pk])
    DomiciliationSettings.objects.update(is_used=False)
    assert login(claire).get(url).status_code == 200


def test_interview_decision_attestation(login, claire, household, denise, chartres) -> None:
    client = login(claire)
    election = services.request_election(
        by=claire, household=household, person=denise, agent=claire, commune=chartres, on=date(2026, 11, 20)
    )
    leo = household.memberships.get(role="child").person
    answers = {
        "interview_on": "23/11/2026", "commune": chartres.pk, "link": "stay", "dependants": [leo.pk],
        "note": "Dort en voiture.",
    }  # fmt: skip
    client.post(reverse("rights:dom_interview", args=[election.pk]), answers)
    values = {
        "decided_on": "24/11/2026",
        "decided_by": "Mme Aubert",
        "starts_on": "24/11/2026",
        "ends_on": "24/11/2027",
    }
    grant = reverse("rights:dom_grant", args=[election.pk])
    refused = page(client.post(grant, values))
    assert "dure au plus jusqu’au 23/11/2027" in refused
    assert 'value="Mme Aubert"' in refused, "nothing typed is lost"
    assert "l’attestation peut être imprimée" in page(
        client.post(grant, values | {"ends_on": "23/11/2027"}, follow=True)
    )
    text = pdf_text(client.get(reverse("rights:dom_attestation", args=[election.pk])))
    for told in ("du 24/11/2026 au 23/11/2027", "commune de Chartres", "Denise", leo.first_names, "16030*01"):
        assert told in text
    assert "Dort en voiture" not in text


def test_the_forms_say_what_is_wrong_at_the_field(login, claire, household, denise, chartres) -> None:
    election = services.request_election(
        by=claire, household=household, person=denise, agent=claire, commune=chartres, on=date(2026, 11, 20)
    )
    client = login(claire)
    answers = {"interview_on": "19/11/2026", "commune": chartres.pk, "link": ""}
    form = client.post(reverse("rights:dom_interview", args=[election.pk]), answers).context["form"]
    assert set(form.errors) == {"interview_on", "link"}
    early = client.post(reverse("rights:dom_grant", args=[election.pk]), {}, follow=True)
    assert "Rien n’a été enregistré" in page(early)


def test_a_refusal_letter_says_why_where_to_turn_and_how_to_contest(login, claire, household, denise) -> None:
    election = ElectionFactory(
        domiciliation=DomiciliationFactory(household=household, person=denise), refused=True
    )
    text = pdf_text(login(claire).get(reverse("rights:dom_letter", args=[election.pk])))
    for told in ("Absence de lien", "canari-motivation", "CCAS de Dreux", "tribunal administratif", "2 mois"):
        assert told in text
    assert "16029*01" in pdf_text(login(claire).get(reverse("rights:dom_request_form", args=[election.pk])))


def test_renew_end_and_undo(login, claire, held) -> None:
    client = login(claire)
    client.post(reverse("rights:dom_renew", args=[held.pk]))
    renewal = Election.objects.get(renewal_of=held)
    client.post(
        reverse("rights:dom_withdraw", args=[renewal.pk]), {"on": "24/11/2026", "reason": "Part à Rennes"}
    )
    undo = reverse("rights:dom_undo", args=[renewal.pk])
    given_up = client.get(reverse("rights:domiciliation", args=[held.domiciliation_id]))
    assert undo in given_up.content.decode()
    client.post(undo)
    renewal.refresh_from_db()
    assert renewal.state == S.REQUESTED
    client.post(reverse("rights:dom_withdraw", args=[renewal.pk]), {"on": "24/11/2026", "reason": "Part"})
    end = reverse("rights:dom_end", args=[held.pk])
    early = client.post(end, {"on": "24/11/2026", "end_reason": "absence"})
    assert early.context["form"].errors["end_reason"]
    client.post(end, {"on": "24/11/2026", "end_reason": "stable_home"})
    held.refresh_from_db()
    assert (held.state, held.last_day) == (S.ENDED, date(2026, 11, 24))
    assert "stable" in pdf_text(client.get(reverse("rights:dom_letter", args=[held.pk])))
    client.post(reverse("rights:dom_undo", args=[held.pk]))
    held.refresh_from_db()
    assert (held.state, held.last_day) == (S.GRANTED, date(2027, 10, 7))


# --- The desk --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("query", ["lef", "denise lefevre", "DOM-2026-00042", "42", "lefaivre"])
def test_one_box_finds_the_person(login, nadege, held, query) -> None:
    answer = login(nadege).post(reverse("rights:mail_desk"), {"q": query})
    assert answer.url == reverse("rights:mail_person", args=[held.domiciliation_id])


def test_homonyms_are_told_apart_and_nobody_is_nobody(login, nadege, held) -> None:
    DomiciliationFactory(person=PersonFactory(birth_name="Lefèvre", first_names="Denis"))
    answer = page(login(nadege).post(reverse("rights:mail_desk"), {"q": "lefevre"}))
    assert "2 personnes trouvées" in answer
    assert "09/03/1954" in answer
    assert "Aucune personne domiciliée" in page(login(nadege).post(reverse("rights:mail_desk"), {"q": "zzz"}))


def test_the_desk_reads_neither_the_interview_nor_the_link(login, nadege, held) -> None:
    ProxyFactory(domiciliation=held.domiciliation, name="Paul Durand")
    ProxyFactory(domiciliation=held.domiciliation, name="Ancien Mandataire", end=date(2026, 10, 31))
    before = AccessLog.objects.count()
    answer = page(login(nadege).get(reverse("rights:mail_person", args=[held.domiciliation_id])))
    assert "valable jusqu’au 07/10/2027" in answer
    assert "Paul Durand" in answer
    for hidden in ("Ancien Mandataire", "canari-entretien", held.get_link_display(), "Rupture"):
        assert hidden not in answer
    assert AccessLog.objects.count() > before
    assert login(nadege).get(reverse("rights:domiciliation", args=[held.domiciliation_id])).status_code == 403


def test_one_click_notes_and_one_click_takes_back(login, nadege, held) -> None:
    client, box = login(nadege), held.domiciliation
    record = reverse("rights:mail_record", args=[box.pk])
    client.post(record, {"kind": "arrived", "letters": "2", "parcels": "1"})
    answer = page(client.post(record, {"kind": "handed"}, follow=True))
    assert "courrier remis à la personne (2 courriers et 1 colis)" in answer
    assert "Aucun courrier en attente" in answer
    event = DeskEvent.objects.get(kind=DeskKind.HANDED)
    answer = page(client.post(reverse("rights:mail_undo", args=[event.pk]), follow=True))
    assert "2 courriers et 1 colis en attente" in answer


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({"kind": "handed"}, "Aucun courrier n’attend"),
        ({"kind": "arrived"}, "Indiquez combien"),
        ({"kind": "arrived", "letters": "x"}, "nombre entier"),
        ({"kind": "fly"}, "Choisissez"),
    ],
)
def test_the_desk_refuses_with_a_sentence(login, nadege, held, posted, said) -> None:
    answer = login(nadege).post(
        reverse("rights:mail_record", args=[held.domiciliation_id]), posted, follow=True
    )
    assert said in page(answer)
    assert not DeskEvent.objects.exists()


def test_only_who_follows_the_file_takes_back_another_day(login, nadege, claire, held) -> None:
    event = DeskEventFactory(domiciliation=held.domiciliation)
    undo = reverse("rights:mail_undo", args=[event.pk])
    assert "d’un autre jour" in page(login(nadege).post(undo, follow=True))
    login(claire).post(undo)
    event.refresh_from_db()
    assert event.undone_by == claire


def test_a_protected_file_has_no_mail_at_the_desk(login, nadege, claire, held) -> None:
    ForwardingFactory(domiciliation=held.domiciliation, address_lines="3 rue Cachée")
    protect_household(
        by=claire,
        household=held.household,
        reason=ProtectionReason.SHELTERED,
        hides_address=True,
        agents=[nadege],
    )
    stranger = UserFactory(role="accueil")
    assert "Aucune personne" in page(login(stranger).post(reverse("rights:mail_desk"), {"q": "lefevre"}))
    panel = reverse("rights:mail_person", args=[held.domiciliation_id])
    assert login(stranger).get(panel).status_code == 404
    named = page(login(nadege).get(panel))
    assert "Adresse cachée" in named
    assert "rue Cachée" not in named


# --- Lists, work, registries -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("en-cours", "2026-11-24"),
        ("sans-nouvelles", "2026-12-21"),
        ("a-renouveler", "2027-08-10"),
        ("echues", "2027-10-08"),
    ],
)
def test_the_lists_say_what_waits(login, claire, held, time_machine, code, day) -> None:
    time_machine.move_to(f"{day}T10:00+01:00")
    url = reverse("rights:domiciliations") + f"?liste={code}"
    assert "DOM-2026-00042" in page(login(claire).get(url))


@pytest.mark.parametrize(
    ("day", "work"),
    [
        ("2026-12-19", None), ("2026-12-21", "sans nouvelles depuis le 06/10/2026"),
        ("2027-08-10", "à renouveler"), ("2027-10-08", "échue"),
    ],
)  # fmt: skip
def test_alerts_go_to_who_follows(claire, held, time_machine, day, work) -> None:
    time_machine.move_to(f"{day}T10:00+01:00")
    titles = [item.title for item in own_work(claire, date.fromisoformat(day)) if "Lefèvre" in item.title]
    assert (work is None and not titles) or any(work in title for title in titles)


def test_a_request_is_in_the_work_list_and_late_ones_in_the_director_s(
    claire, isabelle, household, denise
) -> None:
    domiciliation = DomiciliationFactory(household=household, person=denise, agent=claire)
    ElectionFactory(domiciliation=domiciliation, interviewed=True)
    titles = [item.title for item in own_work(claire, date(2026, 11, 24))]
    assert "Décider la domiciliation\u00a0: Denise Lefèvre" in titles
    late = [item.title for item in own_work(isabelle, date(2026, 12, 2))]
    assert "1\u00a0domiciliation à décider en retard" in late


def test_the_list_asks_as_few_queries_whatever_its_length(
    login, claire, held, django_assert_max_num_queries
) -> None:
    for _ in range(12):
        ElectionFactory(domiciliation=DomiciliationFactory(), granted=True)
    client = login(claire)
    client.get(reverse("rights:domiciliations"))
    with django_assert_max_num_queries(12):
        client.get(reverse("rights:domiciliations"))


def test_the_household_tells_of_it(claire, isabelle, held, household) -> None:
    services.renew(by=claire, election=held, on=date(2026, 11, 24))
    assert any(
        "Domiciliation de Denise Lefèvre" in item.title for item in collect_timeline(household, isabelle)
    )
    assert any("Domiciliation" in item.title for item in collect_open([household.pk])[household.pk])


# --- Module off, settings --------------------------------------------------------------------------------------------
def test_off_the_module_does_not_exist(login, claire, nadege, isabelle, household, held) -> None:
    DomiciliationSettings.objects.update(is_used=False)
    assert login(nadege).get(reverse("rights:mail_desk")).status_code == 404
    assert login(claire).get(reverse("rights:domiciliations")).status_code == 404
    home = page(login(claire).get(reverse("rights:files")))
    assert reverse("rights:domiciliations") not in home
    labels = [action.label for action in collect_actions(household, claire)]
    assert "Ouvrir un dossier Domiciliation" in labels
    assert "Demander une domiciliation" not in labels
    assert login(isabelle).get(reverse("rights:dom_settings")).status_code == 200


def test_the_direction_sets_a_pickup_point_for_each_commune(login, isabelle, nadege, held, chartres) -> None:
    other = PickupPointFactory(name="Ancien point")
    PickupCommune.objects.create(commune=chartres, point=other)
    values = {
        "name": "Mairie de Lucé", "address_lines": "1 rue de la Mairie", "hours": "Mardi matin", "is_active": "on",
        "communes": [chartres.pk],
    }  # fmt: skip
    answer = login(isabelle).post(reverse("rights:pickup_create"), values, follow=True)
    assert "est enregistré" in page(answer)
    assert PickupCommune.objects.get().point.name == "Mairie de Lucé"
    assert "Mairie de Lucé" in page(
        login(nadege).get(reverse("rights:mail_person", args=[held.domiciliation_id]))
    )
    PickupPointFactory(is_default=True)
    refused = login(isabelle).post(reverse("rights:pickup_create"), values | {"is_default": "on"})
    assert refused.context["form"].errors["is_default"]


def test_proxies_forwarding_and_absences_from_the_file(login, claire, held) -> None:
    client, key = login(claire), held.domiciliation_id
    wrong = client.post(
        reverse("rights:dom_proxy_add", args=[key]),
        {"name": "Paul", "start": "24/11/2026", "end": "1/11/2026"},
    )
    assert wrong.context["form"].errors["end"]
    client.post(reverse("rights:dom_proxy_add", args=[key]), {"name": "Paul", "start": "24/11/2026"})
    client.post(
        reverse("rights:dom_forwarding_add", args=[key]), {"address_lines": "1 rue X", "start": "24/11/2026"}
    )
    client.post(reverse("rights:dom_pause_add", args=[key]), {"reason": "work", "start": "24/11/2026"})
    box = Domiciliation.objects.get()
    assert (box.proxies.count(), box.forwardings.count(), box.alert_on) == (1, 1, None)
    client.post(reverse("rights:dom_pause_stop", args=[box.pauses.get().pk]))
    box.refresh_from_db()
    assert box.alert_on is not None
