"""First meeting, re-examination, exit, absences: facts that are told, kept, taken back; and their figures."""

from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from appointments.enums import Category
from cias.core.db import ConstraintViolation
from cias.core.periods import Period
from cias.core.registry import Row
from cias.core.states import ForbiddenTransition
from insertion.absences import absences
from insertion.followup import no_shows, services, statistics
from insertion.followup.enums import NoShowState
from insertion.models import LegitimateReason, NoShowCase, Orientation
from insertion.pathways import with_deadlines
from tests.factories import (
    AppointmentFactory,
    EngagementContractFactory,
    OrientationFactory,
    ReasonFactory,
)

pytestmark = pytest.mark.django_db
S = NoShowState
TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _thursday() -> Any:
    with time_machine.travel("2026-11-26T10:00:00+01:00", tick=True):
        yield


@pytest.fixture
def orientation() -> Orientation:
    return OrientationFactory(start=date(2026, 3, 2), notified_on=date(2026, 3, 2))


def appointment(orientation: Orientation, start: datetime, **traits: Any) -> Any:
    reason = ReasonFactory(category=Category.INSERTION, label="Suivi RSA")
    return AppointmentFactory(
        household=orientation.household, person=orientation.person, start=start, reason=reason, **traits
    )


def facts(orientation: Orientation) -> Any:
    return with_deadlines(Orientation.objects.filter(pk=orientation.pk), TODAY)[0].facts


class TestFirstMeeting:
    def test_the_agenda_tells_the_first_one_kept(self, orientation) -> None:
        appointment(orientation, datetime(2026, 3, 20, 9, tzinfo=UTC), honoured=True)
        appointment(orientation, datetime(2026, 3, 10, 9, tzinfo=UTC), missed=True)
        appointment(orientation, datetime(2026, 12, 1, 9, tzinfo=UTC))
        found = facts(orientation)
        assert (found.met_on, found.meeting_on) == (date(2026, 3, 20), date(2026, 12, 1))

    def test_the_day_is_that_of_paris(self, orientation) -> None:
        appointment(orientation, datetime(2026, 3, 19, 23, 30, tzinfo=UTC), honoured=True)
        assert facts(orientation).met_on == date(2026, 3, 20)

    def test_told_by_hand_once_and_taken_back(self, orientation, claire) -> None:
        services.tell_first_meeting(by=claire, orientation=orientation, on=date(2026, 3, 12))
        assert facts(orientation).met_on == date(2026, 3, 12)
        with pytest.raises(ConstraintViolation, match="déjà noté"):
            services.tell_first_meeting(by=claire, orientation=orientation, on=date(2026, 3, 13))
        services.undo(by=claire, orientation=orientation)
        assert facts(orientation).met_on is None
        with pytest.raises(ValidationError, match="dans l’avenir"):
            services.tell_first_meeting(by=claire, orientation=orientation, on=date(2026, 11, 27))


class TestExit:
    def test_it_ends_what_runs_and_the_undo_gives_it_back(self, orientation, claire) -> None:
        signed = EngagementContractFactory(
            orientation=orientation, start=date(2026, 10, 1), end=date(2027, 3, 31), signed_by_person_on=TODAY,
            signed_by_structure_on=TODAY,
        )  # fmt: skip
        draft = EngagementContractFactory(
            orientation=orientation, start=date(2027, 4, 1), end=date(2027, 9, 30)
        )
        services.leave(
            by=claire,
            orientation=orientation,
            on=date(2026, 11, 20),
            reason="lasting_job",
            evidence="work_contract",
        )
        for row in (orientation, signed, draft):
            row.refresh_from_db()
        assert (orientation.end, signed.end, signed.end_reason) == (
            date(2026, 11, 20),
            date(2026, 11, 20),
            "exit",
        )
        assert draft.cancelled_on == date(2026, 11, 20)
        services.undo(by=claire, orientation=orientation)
        for row in (orientation, signed, draft):
            row.refresh_from_db()
        assert (orientation.end, signed.end, signed.end_reason, draft.cancelled_on) == (
            None,
            date(2027, 3, 31),
            "",
            None,
        )

    def test_a_pathway_is_left_once_and_not_before_seven_days(self, orientation, claire) -> None:
        with pytest.raises(ValidationError, match="au moins 7 jours"):
            services.leave(
                by=claire, orientation=orientation, on=date(2026, 3, 7), reason="moved", evidence="none"
            )
        services.leave(by=claire, orientation=orientation, on=TODAY, reason="moved", evidence="none")
        with pytest.raises(ConstraintViolation, match="déjà notée"):
            services.leave(by=claire, orientation=orientation, on=TODAY, reason="moved", evidence="none")

    def test_another_orientation_since_forbids_the_undo(self, orientation, claire) -> None:
        services.leave(
            by=claire, orientation=orientation, on=date(2026, 10, 31), reason="reoriented", evidence="notice"
        )
        OrientationFactory(
            household=orientation.household, person=orientation.person, start=date(2026, 11, 1),
            notified_on=date(2026, 11, 1),
        )  # fmt: skip
        with pytest.raises(ConstraintViolation, match="déjà une orientation"):
            services.undo(by=claire, orientation=orientation)


def opened(orientation: Orientation, by: Any, day: date = date(2026, 11, 2)) -> NoShowCase:
    return no_shows.open_case(by=by, orientation=orientation, missed=[(day, "Rendez-vous de 10 h")])


def summoned(orientation: Orientation, by: Any) -> NoShowCase:
    case = opened(orientation, by)
    no_shows.look_for(by=by, case=case, on=date(2026, 11, 4), channel="phone", result="no_answer")
    no_shows.summon(
        by=by, case=case, on=date(2026, 11, 6), channel="registered", tracking="1A 204",
        meeting_at=timezone.make_aware(datetime(2026, 11, 20, 9, 30)),  # noqa: DTZ001 - made aware
    )  # fmt: skip
    return case


class TestAbsences:
    def test_the_agenda_tells_them_and_a_reason_excuses_them(self, orientation, claire) -> None:
        appointment(orientation, datetime(2026, 11, 2, 9, tzinfo=UTC), missed=True)
        appointment(orientation, datetime(2026, 11, 3, 9, tzinfo=UTC), honoured=True)
        appointment(orientation, datetime(2026, 11, 4, 9, tzinfo=UTC), cancelled=True)
        (one,) = absences["appointments"]([orientation.person_id], date(2026, 11, 1), date(2026, 11, 2))
        assert (one.day, one.excused) == (date(2026, 11, 2), False)
        row = with_deadlines(Orientation.objects.filter(pk=orientation.pk), TODAY)[0]
        assert [known.label for known in row.absences] == [one.label]
        case = no_shows.open_case(by=claire, orientation=orientation, missed=[(one.day, one.label)])
        assert with_deadlines(Orientation.objects.filter(pk=orientation.pk), TODAY)[0].absences == []
        no_shows.excuse(by=claire, case=case, on=TODAY, excuse=LegitimateReason.objects.all()[0])
        (one,) = absences["appointments"]([orientation.person_id], date(2026, 11, 1), date(2026, 11, 30))
        assert one.excused

    def test_no_report_without_a_convocation_nor_before_its_day(self, orientation, claire) -> None:
        case = opened(orientation, claire)
        with pytest.raises(ForbiddenTransition):
            no_shows.report(by=claire, case=case, on=TODAY)
        no_shows.undo(by=claire, case=case)
        assert not NoShowCase.objects.exists(), "without any step the follow-up goes away"
        case = summoned(orientation, claire)
        with pytest.raises(ValidationError, match="attendez ce jour"):
            no_shows.report(by=claire, case=case, on=date(2026, 11, 19))
        no_shows.report(by=claire, case=case, on=date(2026, 11, 20), reason="Dit n’avoir rien reçu")
        payload = case.payload
        assert [row[0] for row in payload["steps"]] == ["04/11/2026", "06/11/2026"]
        assert "n°\u00a01A 204" in payload["steps"][1][2]
        assert payload["observations"] == "Dit n’avoir rien reçu"
        no_shows.undo(by=claire, case=case)
        case.refresh_from_db()
        assert (case.state, case.reported_on, case.payload) == (S.SUMMONED, None, {})

    def test_a_registered_letter_has_its_number_and_steps_follow_one_another(
        self, orientation, claire
    ) -> None:
        case = opened(orientation, claire)
        meeting = timezone.make_aware(datetime(2026, 11, 20, 9, 30))  # noqa: DTZ001 - made aware
        with pytest.raises(ValidationError, match="a un numéro"):
            no_shows.summon(
                by=claire, case=case, on=date(2026, 11, 6), channel="registered", meeting_at=meeting
            )
        with pytest.raises(ValidationError, match="suit l’envoi"):
            no_shows.summon(by=claire, case=case, on=date(2026, 11, 20), channel="letter", meeting_at=meeting)
        with pytest.raises(ValidationError, match="suit celle du 02/11/2026"):
            no_shows.look_for(by=claire, case=case, on=date(2026, 11, 1), channel="phone", result="reached")

    def test_a_second_absence_joins_the_follow_up_that_runs(self, orientation, claire) -> None:
        case = opened(orientation, claire)
        same = no_shows.open_case(
            by=claire, orientation=orientation, missed=[(date(2026, 11, 9), "Atelier CV")]
        )
        assert same.pk == case.pk
        assert [str(row.day) for row in case.absences.all()] == ["2026-11-02", "2026-11-09"]

    def test_there_is_no_word_of_sanction_among_the_states(self) -> None:
        words = " ".join(label.lower() for label in NoShowState.labels)
        for word in ("sanction", "suspension", "radiation", "suppression"):
            assert word not in words


@pytest.mark.django_db(transaction=True)
def test_two_agents_open_one_follow_up(claire) -> None:
    orientation = OrientationFactory(start=date(2026, 3, 2), notified_on=date(2026, 3, 2))
    barrier, keys = Barrier(2), []

    def follow() -> None:
        try:
            barrier.wait()
            keys.append(opened(orientation, claire).pk)
        finally:
            connection.close()

    threads = [Thread(target=follow) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1


def test_figures_of_a_small_set_counted_by_hand(claire) -> None:
    """Four orientations of 2026: met on day 10, on the last day (15), a day late (16), never; two exits, one undone."""
    year = Period.year(2026)
    rows = []
    for met in (date(2026, 3, 12), date(2026, 3, 17), date(2026, 3, 18), None):
        row = OrientationFactory(start=date(2026, 3, 2), notified_on=date(2026, 3, 2))
        if met:
            services.tell_first_meeting(by=claire, orientation=row, on=met)
        rows.append(row)
    OrientationFactory(start=date(2025, 12, 31), notified_on=date(2025, 12, 31))
    assert list(statistics.meeting_delay(year, None)) == [Row((), Decimal(15), 3)]
    assert list(statistics.met_in_time(year, None)) == [Row((), 2, 4)]
    services.leave(
        by=claire, orientation=rows[0], on=date(2026, 6, 10), reason="iae", evidence="work_contract"
    )
    services.leave(by=claire, orientation=rows[1], on=date(2026, 6, 20), reason="lost", evidence="none")
    services.undo(by=claire, orientation=rows[1])
    assert list(statistics.exits(year, None)) == [Row(("iae",), 1, 1)]
    assert list(statistics.length(year, None)) == [Row((), Decimal(100), 1)]
    services.review(by=claire, orientation=rows[1], on=date(2026, 8, 31), conclusion="keep")
    assert list(statistics.reviews(year, None)) == [Row(("keep",), 1, 1)]
    case = summoned(rows[2], claire)
    no_shows.report(by=claire, case=case, on=date(2026, 11, 26))
    assert list(statistics.followed_absences(year, None)) == [Row(("reported",), 1, 1)]
    assert list(statistics.summonses(year, None)) == list(statistics.reports(year, None)) == [Row((), 1, 1)]
    assert list(statistics.reports(Period(date(2026, 1, 1), date(2026, 11, 25)), None)) == []
    assert list(statistics.exits(year, frozenset({"28218"}))) == []
