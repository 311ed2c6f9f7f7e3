"""A14: what the agenda prints says what it says on screen, and no more than the reader may know."""

from datetime import UTC, datetime
from io import BytesIO

import pdfplumber
import pytest
from django.urls import reverse

from appointments.enums import Place
from appointments.models import Appointment, Reason
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from tests.client import StrictClient
from tests.factories import (
    AddressFactory,
    AppointmentFactory,
    HouseholdFactory,
    PersonFactory,
    ReasonFactory,
    RoomFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("early")]


def read(client: StrictClient, url: str) -> tuple[str, tuple[float, float]]:
    """The words of a PDF of one page, and its size in points."""
    response = client.get(url)
    assert response.headers["Content-Type"] == "application/pdf"
    with pdfplumber.open(BytesIO(response.content)) as pdf:
        (page,) = pdf.pages
        words = page.extract_text().replace("\u00a0", " ")
        return " ".join(words.split()), (round(page.width), round(page.height))


@pytest.fixture
def reason(db: None) -> Reason:
    return ReasonFactory(label="Complémentaire santé solidaire", to_bring="avis d’imposition")


@pytest.fixture
def appointment(claire: User, reason: Reason) -> Appointment:
    household = HouseholdFactory(name="Kerbrat")
    AddressFactory(household=household, street="3 rue du Cygne", postal_code="28000")
    person = PersonFactory(birth_name="Kerbrat", first_names="Soizic", title="mme", phone="+33639980417")
    return AppointmentFactory(
        agent=claire, household=household, person=person, reason=reason, room=RoomFactory(name="Bureau 7"),
        start=datetime(2026, 11, 24, 9, 30, tzinfo=UTC), practical_note="Vient avec sa fille",
    )  # fmt: skip


def test_the_card_is_a6_and_tells_when_where_and_what_to_bring(
    login, claire: User, appointment: Appointment
) -> None:
    words, size = read(login(claire), reverse("appointments:card", args=[appointment.pk]))
    assert size == (420, 298)
    assert "Mardi 24 novembre 2026 à 10 h 30 Soizic Kerbrat" in words
    assert "avec Claire Vasseur" in words
    assert "À apporter : avis d’imposition" in words
    assert "Vient avec sa fille" not in words


def test_reception_prints_it_without_what_would_tell_the_reason(
    login, nadege: User, appointment: Appointment
) -> None:
    words, _size = read(login(nadege), reverse("appointments:card", args=[appointment.pk]))
    assert "10 h 30" in words
    assert "avis d’imposition" not in words
    line = AccessLog.objects.get(action=AccessAction.PRINT)
    assert (line.subject_id, line.detail) == (appointment.household_id, {"document": "rendez-vous"})


def test_the_letter_carries_the_address_of_the_day(login, claire: User, appointment: Appointment) -> None:
    words, _size = read(login(claire), reverse("appointments:letter", args=[appointment.pk]))
    assert "3 rue du Cygne 28000" in words
    assert "Mardi 24 novembre 2026 à 10 h 30" in words


def test_the_address_shows_through_a_dl_window(login, claire: User, appointment: Appointment) -> None:
    """What any French window shows of a sheet folded in three: 100 to 190 mm across, 45 to 79 mm down."""
    response = login(claire).get(reverse("appointments:letter", args=[appointment.pk]))
    mm = 25.4 / 72
    with pdfplumber.open(BytesIO(response.content)) as pdf:
        lines = pdf.pages[0].extract_words()
    (name,) = [word for word in lines if word["text"] == "Soizic"]
    (town,) = [word for word in lines if word["text"] == "28000" and word["x0"] * mm > 90]
    assert name["x0"] * mm > 100
    assert max(word["x1"] for word in (name, town)) * mm < 190
    assert name["top"] * mm > 45
    assert town["bottom"] * mm < 79
    inside = [w for w in lines if 100 < w["x0"] * mm < 190 and 45 < w["top"] * mm < 79]
    assert " ".join(w["text"] for w in inside).startswith("Madame Soizic Kerbrat 3 rue du Cygne 28000")


def test_a_caller_without_a_file_gets_a_letter_too(login, claire: User) -> None:
    appointment = AppointmentFactory(agent=claire, unknown_caller=True)
    words, _size = read(login(claire), reverse("appointments:letter", args=[appointment.pk]))
    assert "Soizic Kerbrat" in words
    assert "Madame, Monsieur," in words


class TestDaySheet:
    def url(self, agent: User, day: str = "2026-11-24") -> str:
        return f"{reverse('appointments:day_sheet', args=[agent.pk])}?jour={day}"

    def test_the_agents_day_in_order(self, login, claire: User, appointment: Appointment) -> None:
        AppointmentFactory(
            agent=claire, household=appointment.household, place=Place.HOME, room=None,
            start=datetime(2026, 11, 24, 14, tzinfo=UTC),
        )  # fmt: skip
        AppointmentFactory(agent=claire, cancelled=True, start=datetime(2026, 11, 24, 15, tzinfo=UTC))
        words, _size = read(login(claire), self.url(claire))
        assert words.index("10 h 30 – 11 h 00") < words.index("15 h 00 – 15 h 30")
        assert "16 h 00" not in words
        assert "06 39 98 04 17" in words
        assert "Complémentaire" in words
        assert "3 rue du Cygne" in words
        assert AccessLog.objects.get(action=AccessAction.PRINT).detail["count"] == 2

    def test_reception_reads_the_domain_only(self, login, nadege: User, appointment: Appointment) -> None:
        words, _size = read(login(nadege), self.url(appointment.agent))
        assert "Droits" in words
        assert "Complémentaire" not in words

    def test_an_empty_day_says_so(self, login, claire: User) -> None:
        assert "Aucun rendez-vous ce jour-là." in read(login(claire), self.url(claire, "2026-11-25"))[0]

    def test_the_psychologist_prints_their_own_only(self, login, hugo: User, claire: User) -> None:
        assert login(hugo).get(self.url(claire)).status_code == 404
        assert login(hugo).get(self.url(hugo)).status_code == 200
