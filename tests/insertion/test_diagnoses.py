"""The diagnosis: one a person, obstacles over time, who acts, former states kept; its figures and its pages."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cias.core.db import ConstraintViolation
from cias.core.periods import Period
from cias.core.registry import Row
from cias.core.states import ForbiddenTransition
from households.team import own_work
from insertion.diagnoses import services, statistics
from insertion.diagnoses.reading import content_of, in_the_way
from insertion.diagnoses.reference import THEMES
from insertion.models import Diagnosis, DiagnosisLabel, DiagnosisTheme, Objective, ObjectiveAction
from tests.factories import MembershipFactory, OrientationFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _thursday() -> Any:
    with time_machine.travel("2026-11-26T10:00:00+01:00", tick=True):
        yield


@pytest.fixture
def diagnosis(claire) -> Diagnosis:
    member = MembershipFactory()
    return services.open_diagnosis(
        by=claire, household=member.household, person=member.person, on=date(2026, 9, 1)
    )


def objective(diagnosis: Diagnosis, theme: str = "Mobilité") -> Objective:
    return Objective.objects.create(
        diagnosis=diagnosis, theme=DiagnosisTheme.objects.get(label=theme), label="Passer le code et le permis",
        opened_on=diagnosis.opened_on,
    )  # fmt: skip


def test_the_themes_of_the_field_are_there() -> None:
    assert list(DiagnosisTheme.objects.values_list("label", flat=True)) == list(THEMES)
    assert DiagnosisLabel.objects.filter(kind="objective", theme__label="Logement").count() == 8


def test_a_person_has_one_diagnosis(diagnosis, claire) -> None:
    again = services.open_diagnosis(by=claire, household=diagnosis.household, person=diagnosis.person)
    assert again.pk == diagnosis.pk
    stranger = MembershipFactory().person
    with pytest.raises(Exception, match="ne fait pas partie"):
        services.open_diagnosis(by=claire, household=diagnosis.household, person=stranger)


def test_the_last_appraisal_of_an_obstacle_is_todays(diagnosis, claire) -> None:
    for level, day in ((3, date(2026, 9, 1)), (0, date(2026, 11, 2))):
        services.appraise(by=claire, diagnosis=diagnosis, kind="mobility", level=level, on=day)
    services.appraise(by=claire, diagnosis=diagnosis, kind="housing", level=2, on=date(2026, 9, 1))
    found = content_of(diagnosis).obstacles
    assert [(row.kind, row.level) for row in found] == [("housing", 2), ("mobility", 0)]
    assert [row.kind for row in in_the_way(found)] == ["housing"]
    services.undo_appraisal(by=claire, diagnosis=diagnosis)
    assert [row.kind for row in content_of(diagnosis).obstacles] == ["mobility"]


def test_figures_of_obstacles_counted_by_hand(diagnosis, claire) -> None:
    """Mobility was lifted on 2 November: it counts to the day before. Housing still counts at the year's end."""
    for kind, level, day in (
        ("mobility", 3, date(2026, 9, 1)), ("mobility", 0, date(2026, 11, 2)), ("housing", 2, date(2026, 9, 1)),
    ):  # fmt: skip
        services.appraise(by=claire, diagnosis=diagnosis, kind=kind, level=level, on=day)
    before, after = (Period(date(2026, 1, 1), date(2026, 11, day)) for day in (1, 2))
    both = [Row(("housing",), 1, 1), Row(("mobility",), 1, 1)]
    assert list(statistics.obstacles(before, None)) == both
    assert list(statistics.obstacles(after, None)) == both[:1]
    assert list(statistics.opened(before, None)) == [Row((), 1, 1)]


def test_an_action_has_its_owner_and_its_end(diagnosis, claire) -> None:
    action = ObjectiveAction(objective=objective(diagnosis), label="S’inscrire", owner_kind="agent")
    with pytest.raises(ConstraintViolation, match="qui agit"):
        services.save_action(by=claire, action=action)
    action.agent, action.state = claire, "done"
    services.save_action(by=claire, action=action)
    assert action.ended_on == TODAY
    action.state = "running"
    services.save_action(by=claire, action=action)
    assert action.ended_on is None
    progress = content_of(diagnosis).progress(TODAY)
    assert (progress.actions, progress.actions_done, progress.late) == (1, 0, 0)


def test_ones_own_actions_are_to_do(diagnosis, claire, mehdi) -> None:
    ObjectiveAction.objects.create(
        objective=objective(diagnosis), label="Appeler l’auto-école", owner_kind="agent", agent=claire,
        due_on=date(2026, 11, 20),
    )  # fmt: skip
    titles = [item.title for item in own_work(claire, TODAY)]
    assert "Diagnostic\u00a0: Appeler l’auto-école" in titles
    assert not any("auto-école" in item.title for item in own_work(mehdi, TODAY))


def test_an_update_keeps_what_the_diagnosis_said(diagnosis, claire) -> None:
    row = objective(diagnosis)
    services.bring_up_to_date(
        by=claire, diagnosis=diagnosis, on=date(2026, 11, 2), comment="Point à deux mois"
    )
    row.label = "Autre objectif"
    services.save_objective(by=claire, objective=row)
    (theme,) = diagnosis.updates.get().payload["themes"]
    assert theme[1][0][0] == "Passer le code et le permis"
    services.undo_update(by=claire, diagnosis=diagnosis)
    with pytest.raises(ForbiddenTransition):
        services.undo_update(by=claire, diagnosis=diagnosis)


def test_the_pages_from_the_start_to_an_update(login, claire) -> None:
    orientation = OrientationFactory()
    client = login(claire)
    page = client.get(reverse("insertion:household", args=[orientation.household_id])).content.decode()
    assert "Établir le diagnostic" in page
    url = reverse("insertion:diagnosis_start", args=[orientation.household_id, orientation.person_id])
    page = client.post(url, follow=True).content.decode()
    assert "Aucun objectif n’est encore fixé" in page
    diagnosis = Diagnosis.objects.get()
    theme = DiagnosisTheme.objects.get(label="Logement")
    url = reverse("insertion:objective_add", args=[diagnosis.pk])
    assert "Réduire les impayés" in client.get(url).content.decode()
    refused = client.post(url, {"theme": theme.pk, "label": "", "opened_on": "26/11/2026"}).content.decode()
    assert "Erreur" in refused
    client.post(url, {"theme": theme.pk, "label": "Réduire les impayés", "opened_on": "26112026"})
    row = Objective.objects.get()
    url = reverse("insertion:objective_action_add", args=[row.pk])
    values = {"label": "Demander le FSL", "owner_kind": "agent", "state": "project", "due_on": "15/12/2026"}
    refused = client.post(url, values).content.decode()
    assert "Choisissez l’agent" in refused
    page = client.post(url, values | {"agent": claire.pk}, follow=True).content.decode()
    assert "Demander le FSL" in page
    assert "Claire Vasseur" in page
    url = reverse("insertion:obstacle", args=[diagnosis.pk])
    page = client.post(url, {"kind": "housing", "level": 3, "on": "26/11/2026"}, follow=True).content.decode()
    assert "bloquant" in page
    url = reverse("insertion:diagnosis_summary", args=[diagnosis.pk])
    finding = DiagnosisLabel.objects.get(label="Difficulté à payer le loyer")
    page = client.post(url, {"summary": "Deux mois de retard", "findings": [finding.pk]}, follow=True)
    assert "Difficulté à payer le loyer" in page.content.decode()
    url = reverse("insertion:diagnosis_update", args=[diagnosis.pk])
    page = client.post(url, {"on": "26/11/2026", "comment": "Premier point"}, follow=True).content.decode()
    assert "Actualisé le 26/11/2026" in page
    then = client.get(reverse("insertion:diagnosis_version", args=[diagnosis.pk, 1])).content.decode()
    assert "Réduire les impayés" in then
    assert "Deux mois de retard" in then
    assert client.get(reverse("insertion:diagnosis_history", args=[diagnosis.pk])).status_code == 200
    card = client.get(reverse("insertion:household", args=[orientation.household_id])).content.decode()
    assert "0 action réalisée sur 1" in card.replace("\u00a0", " ")
    assert "bloquant" in card


def test_the_labels_belong_to_those_who_keep_the_structure(login, isabelle, claire) -> None:
    client = login(isabelle)
    assert client.get(reverse("insertion:labels")).status_code == 200
    theme = DiagnosisTheme.objects.get(label="Numérique")
    values = {"theme": theme.pk, "kind": "objective", "label": "Créer une adresse e-mail", "position": 9,
              "is_active": "on"}  # fmt: skip
    client.post(reverse("insertion:label_add"), values)
    again = client.post(reverse("insertion:label_add"), values).content.decode()
    assert "Ce thème a déjà cet intitulé" in again
    assert DiagnosisLabel.objects.filter(label="Créer une adresse e-mail").count() == 1
    assert login(claire).get(reverse("insertion:labels")).status_code == 403


def test_a_person_who_is_not_oriented_has_a_card_too(login, claire, diagnosis) -> None:
    html = login(claire).get(reverse("insertion:household", args=[diagnosis.household_id])).content.decode()
    assert diagnosis.person.full_name in html
    assert "Aucun frein en cours" in html


def test_findings_stand_under_their_themes(login, diagnosis, claire) -> None:
    page = login(claire).get(reverse("insertion:diagnosis_summary", args=[diagnosis.pk])).content.decode()
    first = DiagnosisLabel.objects.filter(kind="finding", is_active=True).select_related("theme").first()
    heading = page.index(f">{first.theme.label}</p>")
    assert heading < page.index(f">{first.label}</label>"), "the theme comes above what is found in it"
    assert page.count('class="choice-group"') == len(
        set(DiagnosisLabel.objects.filter(kind="finding", is_active=True).values_list("theme", flat=True))
    )
