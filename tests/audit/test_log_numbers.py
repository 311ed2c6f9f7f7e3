"""Who saw this file, asked by the number that letters bear: it is posted, and the address keeps no trace of it (C4)."""

from datetime import date

import pytest

from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from households.models import Household
from tests.factories import HouseholdFactory

pytestmark = pytest.mark.django_db
LOG = "/journal/"
UNKNOWN = "Aucun dossier ne porte ce numéro."


@pytest.fixture
def household() -> Household:
    return HouseholdFactory(number="M-2026-00042", name="Le Goff Anne")


@pytest.fixture
def watcher(login, david: User):
    return login(david)


def read(user: User, household: Household, reason: str) -> AccessLog:
    return AccessLog.objects.create(
        user=user, action=AccessAction.VIEW, object_type="households.household", subject_id=household.pk,
        reason=reason,
    )  # fmt: skip


@pytest.mark.parametrize("typed", ["M-2026-00042", "m 2026 42", "2026-42"])
def test_its_number_finds_who_read_it(watcher, claire: User, household: Household, typed: str) -> None:
    read(claire, household, "celui-ci")
    read(claire, HouseholdFactory(), "un autre")
    response = watcher.post(LOG, {"numero": typed})
    assert response.status_code == 302
    assert response.url == f"{LOG}?dossier={household.pk}"
    text = watcher.get(response.url).content.decode()
    assert "celui-ci" in text
    assert "un autre" not in text
    assert 'value="M-2026-00042"' in text
    assert "Le Goff" not in text  # the dpo reads no name


def test_the_other_filters_stay(watcher, claire: User, household: Household) -> None:
    typed = {
        "numero": household.number,
        "agent": claire.pk,
        "action": "view",
        "du": "01/11/2026",
        "au": "02112026",
    }
    asked = watcher.post(LOG, typed).url
    form = watcher.get(asked).context["form"]
    assert form.is_valid()
    assert form.cleaned_data["dossier"] == household.pk
    assert form.cleaned_data["agent"] == claire
    assert (form.cleaned_data["action"], form.cleaned_data["du"]) == ("view", date(2026, 11, 1))
    assert form.cleaned_data["au"] == date(2026, 11, 2)


@pytest.mark.parametrize("typed", ["M-2026-00099", "Le Goff", "42", "x" * 21])
def test_an_unknown_one_is_said_at_the_field_and_shows_nothing(
    watcher, claire: User, household: Household, typed: str
) -> None:
    read(claire, household, "celui-ci")
    response = watcher.post(LOG, {"numero": typed})
    text = response.content.decode()
    assert response.status_code == 200
    assert response.context["form"].errors["numero"]
    assert 'id="id_numero_error"' in text
    assert "celui-ci" not in text


def test_the_message_names_the_trouble(watcher, household: Household) -> None:
    assert UNKNOWN in watcher.post(LOG, {"numero": "M-2020-00001"}).content.decode()


def test_a_number_in_the_address_is_not_read(watcher, claire: User, household: Household) -> None:
    read(claire, household, "celui-ci")
    response = watcher.get(f"{LOG}?numero=M-2020-00001")
    assert UNKNOWN not in response.content.decode()
    assert "celui-ci" in response.content.decode()


def test_taking_the_number_out_shows_every_file_again(watcher, household: Household) -> None:
    assert watcher.post(LOG, {"numero": "", "dossier": household.pk}).url == f"{LOG}?"


def test_what_has_no_number_stays_chosen(watcher, claire: User) -> None:
    document = "6f0c9a52-4c3e-4a1e-9b0e-1f8a3f7a4d11"
    assert watcher.post(LOG, {"numero": "", "dossier": document}).url == f"{LOG}?dossier={document}"


def test_a_merged_file_is_followed_by_both_numbers(watcher, claire: User, household: Household) -> None:
    absorbed = HouseholdFactory(number="M-2019-00007")
    read(claire, absorbed, "avant la fusion")
    read(claire, household, "depuis la fusion")
    Household.with_absorbed.filter(pk=absorbed.pk).update(
        merged_into=household, closed_on=date(2026, 11, 1), closing_reason="moved"
    )
    for number in (absorbed.number, household.number):
        text = watcher.post(LOG, {"numero": number}, follow=True).content.decode()
        assert "avant la fusion" in text
        assert "depuis la fusion" in text


def test_an_ended_file_is_found_too(watcher, claire: User, household: Household) -> None:
    read(claire, household, "celui-ci")
    Household.objects.filter(pk=household.pk).update(
        anonymised_on=date(2026, 11, 1), closed_on=date(2026, 6, 1), closing_reason="moved"
    )
    assert "celui-ci" in watcher.post(LOG, {"numero": household.number}, follow=True).content.decode()


def test_it_is_for_those_who_read_the_log(login, claire: User, household: Household) -> None:
    assert login(claire).post(LOG, {"numero": household.number}).status_code == 403
