"""Every two weeks, six times (A13): each date says what it meets, then all are booked or none."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from appointments.enums import CautionCode, Status
from appointments.models import Appointment, Series
from appointments.services import SlotTaken, ToAccept
from appointments.services.series import (
    book_series,
    cancel_following,
    following,
    move_series,
    plan,
    plan_move,
    repeated,
)
from cias.core.periods import PARIS
from cias.territory.models import ExceptionalClosure
from tests.appointments.pages import parse, select, words
from tests.factories import AbsenceFactory, AppointmentFactory

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 24, 9, tzinfo=PARIS)


@pytest.fixture
def first(early, claire_works, css):
    room = claire_works.presences.first().room
    return AppointmentFactory(agent=claire_works, start=NINE, reason=css, room=room)


def in_weeks(weeks: int, **changes) -> datetime:
    return (NINE.replace(tzinfo=None) + timedelta(weeks=weeks)).replace(tzinfo=PARIS, **changes)


def booked(first: Appointment, count: int = 3) -> list[Appointment]:
    rows = book_series(
        by=first.agent, appointment=first, every_weeks=2, moments=repeated(NINE, 2, count), accepts={}
    )
    first.refresh_from_db()
    return rows


def test_the_hour_is_the_clock_s():
    """Nine o’clock before and after 28 March 2027."""
    moments = repeated(datetime(2027, 3, 15, 9, tzinfo=PARIS), 1, 3)
    assert [moment.strftime("%d/%m %H:%M %z") for moment in moments] == [
        "22/03 09:00 +0100", "29/03 09:00 +0200", "05/04 09:00 +0200",
    ]  # fmt: skip


def test_each_date_says_what_it_meets(first, claire_works, mehdi_works):
    AbsenceFactory(agent=claire_works, start=in_weeks(2), end=in_weeks(2, hour=12), kind="training")
    ExceptionalClosure.objects.create(
        first_day=date(2026, 12, 22), last_day=date(2026, 12, 22), label="Inventaire"
    )
    AppointmentFactory(agent=claire_works, start=in_weeks(6))
    AppointmentFactory(agent=mehdi_works, household=first.household, start=in_weeks(8))
    report = plan(first, repeated(NINE, 2, 5))
    assert [one.problem for one in report] == [
        "Claire Vasseur\u00a0: formation.", "Fermé\u00a0: Inventaire.", "Cette heure est déjà prise.", "", "",
    ]  # fmt: skip
    assert report[2].others[0].start == in_weeks(6, minute=30)
    assert [caution.code for caution in report[3].cautions] == [CautionCode.OVERLAP]
    assert report[4].slot.start == in_weeks(10)
    assert len({one.key for one in report}) == 5


def test_the_hour_is_kept_off_the_grid_when_it_is_free(early, claire_works):
    """Twenty minutes before it move the grid that day; the series keeps its hour and says what it leaves."""
    AppointmentFactory(agent=claire_works, start=in_weeks(2, hour=10), minutes=20)
    usual = AppointmentFactory(agent=claire_works, start=NINE.replace(hour=10, minute=30))
    [one] = plan(usual, [in_weeks(2, hour=10, minute=30)])
    assert one.slot is not None
    assert [caution.code for caution in one.cautions] == [CautionCode.HOLE]


def test_all_are_booked_as_one_series(first):
    rows = booked(first)
    assert [row.start for row in rows] == [in_weeks(2), in_weeks(4), in_weeks(6)]
    assert {row.series for row in [Appointment.objects.get(pk=first.pk), *rows]} == {Series.objects.get()}
    assert {row.room for row in rows} == {first.room}
    assert str(Series.objects.get()) == "toutes les 2 semaines"


def test_one_date_that_has_gone_books_none(first, claire_works):
    AppointmentFactory(agent=claire_works, start=in_weeks(4))
    with pytest.raises(SlotTaken):
        booked(first)
    assert Appointment.objects.count() == 2
    assert not Series.objects.exists()


def test_a_caution_is_accepted_for_its_date(first, mehdi_works):
    AppointmentFactory(agent=mehdi_works, household=first.household, start=in_weeks(2))
    with pytest.raises(ToAccept):
        booked(first, 1)
    [row] = book_series(
        by=first.agent, appointment=first, every_weeks=2, moments=[in_weeks(2)],
        accepts={in_weeks(2): [CautionCode.OVERLAP]},
    )  # fmt: skip
    assert row.cautions == [CautionCode.OVERLAP]


def test_nobody_repeats_in_another_s_agenda(first, mehdi):
    with pytest.raises(PermissionDenied):
        book_series(by=mehdi, appointment=first, every_weeks=1, moments=[in_weeks(1)], accepts={})


def test_the_rest_moves_by_as_much(first):
    rows = booked(first)
    report = plan_move(rows[0], in_weeks(2, hour=14, minute=0))
    assert [one.wanted for one in report] == [
        in_weeks(2, hour=14),
        in_weeks(4, hour=14),
        in_weeks(6, hour=14),
    ]
    assert not any(one.problem for one in report)
    move_series(by=first.agent, moves=[(one.moves, one.wanted) for one in report], accepts={})
    assert [row.start.astimezone(PARIS).hour for row in following(first)] == [9, 14, 14, 14]


@pytest.mark.parametrize("weeks", [2, -1])
def test_a_series_moves_onto_its_own_former_times(first, weeks, claire_works):
    rows = booked(first)
    report = plan_move(rows[0], in_weeks(2 + weeks))
    assert not any(one.problem for one in report), [one.problem for one in report]
    move_series(by=first.agent, moves=[(one.moves, one.wanted) for one in report], accepts={})
    assert [row.start for row in following(first)][1:] == [in_weeks(2 + weeks + extra) for extra in (0, 2, 4)]


def test_the_rest_is_cancelled(first):
    rows = booked(first)
    assert cancel_following(by=first.agent, appointment=rows[1], status=Status.CANCELLED_BY_USER) == 2
    assert [row.status for row in Appointment.objects.order_by("start")] == [
        "planned", "planned", "cancelled_user", "cancelled_user",
    ]  # fmt: skip


# Pages -----------------------------------------------------------------------------------------------


def test_reception_repeats_an_appointment(login, nadege, first, claire_works):
    AbsenceFactory(agent=claire_works, start=in_weeks(2), end=in_weeks(2, hour=12))
    client, url = login(nadege), reverse("appointments:repeat", args=[first.pk])
    assert "Voir les dates" in client.get(url).content.decode()
    asked = f"{url}?every_weeks=2&count=3"
    page = parse(client.get(asked))
    assert "1 à revoir" in words(page)
    ticked = {
        radio.get("name"): radio.get("value") for radio in page.xpath("//input[@type='radio'][@checked]")
    }
    assert ticked == {
        "date-2026-12-08": "", "date-2026-12-22": in_weeks(4).isoformat(), "date-2027-01-05": in_weeks(6).isoformat(),
    }  # fmt: skip
    near = select(page, "input[name=date-2026-12-08]")[0].get("value")
    done = client.post(asked, {**ticked, "date-2026-12-08": near}, follow=True)
    assert "3\u00a0rendez-vous pris avec Claire Vasseur" in done.content.decode()
    assert "Toutes les 2 semaines" in words(parse(done))
    assert Appointment.objects.count() == 4


def test_a_date_taken_meanwhile_is_told_and_nothing_is_written(login, nadege, first, claire_works):
    client, asked = login(nadege), f"{reverse('appointments:repeat', args=[first.pk])}?every_weeks=1&count=2"
    AppointmentFactory(agent=claire_works, start=in_weeks(1))
    response = client.post(asked, {"date-2026-12-01": in_weeks(1).isoformat()})
    assert "n’est plus libre" in response.content.decode()
    assert Appointment.objects.count() == 2
    assert "Choisissez au moins une date" in client.post(asked, {}).content.decode()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("every_weeks=2&count=0", "Au moins un"),
        ("every_weeks=2&count=99", "Au plus 26"),
        ("every_weeks=x&count=2", "choix"),
    ],
)
def test_a_rhythm_that_makes_no_sense(login, nadege, first, query, message):
    page = parse(login(nadege).get(f"{reverse('appointments:repeat', args=[first.pk])}?{query}"))
    assert message in words(select(page, "div[data-error-summary]")[0])


def test_reception_moves_the_rest(login, nadege, first):
    rows = booked(first)
    client, url = login(nadege), reverse("appointments:move_rest", args=[rows[0].pk])
    asked = f"{url}?day=09/12/2026&hour=10h"
    page = parse(client.get(asked))
    assert "3 rendez-vous avec celui-ci" in words(page)
    ticked = {
        radio.get("name"): radio.get("value") for radio in page.xpath("//input[@type='radio'][@checked]")
    }
    done = client.post(asked, ticked, follow=True)
    assert "3\u00a0rendez-vous déplacés" in done.content.decode()
    assert [row.start.astimezone(PARIS).strftime("%a %H") for row in following(rows[0])] == ["Wed 10"] * 3


def test_one_occurrence_or_the_rest_is_cancelled_from_the_page(login, nadege, first):
    rows = booked(first)
    client = login(nadege)
    for row, extra, left in ((rows[0], {}, 3), (rows[1], {"following": "on"}, 1)):
        client.post(reverse("appointments:cancel", args=[row.pk]), {"status": "cancelled_user", **extra})
        assert Appointment.objects.occupying().count() == left
