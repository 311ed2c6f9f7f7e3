"""The file of an eviction: its stage, its stored dates, its undo; edited reference data; the diagnosis frozen."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection

from cias.accounts.models import User
from cias.core.db import ConstraintViolation
from cias.core.states import ForbiddenTransition
from housing.delays import services as delays
from housing.evictions import services
from housing.evictions.enums import ActKind, TrackKind, TrackState
from housing.evictions.facts import lease
from housing.models import EvictionDebt, EvictionFile, LegalDelay, WinterTruce
from tests.factories import BudgetFactory, BudgetLineFactory, EvictionFileFactory, HouseholdFactory

pytestmark = pytest.mark.django_db
K = ActKind


@pytest.fixture(autouse=True)
def _tuesday() -> Any:
    with time_machine.travel("2026-11-24T10:21:00+01:00"):
        yield


@pytest.fixture
def file(claire: User) -> EvictionFile:
    return EvictionFileFactory(
        household=HouseholdFactory(with_applicant=True, with_situation=True), agent=claire
    )


def dates(file: EvictionFile) -> dict[str, date]:
    return dict(file.deadlines.values_list("code", "due_on"))


def note(file: EvictionFile, kind: ActKind, on: date, **more: Any) -> Any:
    return services.record_act(by=file.agent, file=file, kind=kind, on=on, **more)


class TestActs:
    def test_each_act_moves_the_stage_and_the_dates(self, file: EvictionFile) -> None:
        note(file, K.PAYMENT_ORDER, date(2026, 8, 10))
        file.refresh_from_db()
        assert (file.stage, file.stage_on) == (K.PAYMENT_ORDER, date(2026, 8, 10))
        assert dates(file) == {"pay": date(2026, 9, 21)}
        note(file, K.SUMMONS, date(2026, 10, 14), fixed_on=date(2027, 1, 12))
        assert dates(file) == {
            "prefect_notice": date(2026, 12, 1), "diagnosis": date(2027, 1, 5), "hearing": date(2027, 1, 12),
        }  # fmt: skip

    def test_a_corrected_act_is_counted_again(self, file: EvictionFile) -> None:
        act = note(file, K.PAYMENT_ORDER, date(2026, 10, 12))
        assert dates(file) == {"pay": date(2026, 11, 23)}
        services.correct_act(by=file.agent, act=act, on=date(2026, 10, 19))
        assert dates(file) == {"pay": date(2026, 11, 30)}

    def test_an_undone_act_counts_for_nothing_and_stays_readable(self, file: EvictionFile) -> None:
        note(file, K.PAYMENT_ORDER, date(2026, 8, 10))
        act = note(file, K.SUMMONS, date(2026, 10, 14), fixed_on=date(2027, 1, 12))
        services.undo_act(by=file.agent, act=act)
        assert dates(file) == {"pay": date(2026, 9, 21)}
        file.refresh_from_db()
        assert file.stage == K.PAYMENT_ORDER
        act.refresh_from_db()
        assert act.undone_by == file.agent
        with pytest.raises(ForbiddenTransition, match="déjà annulée"):
            services.undo_act(by=file.agent, act=act)

    def test_a_good_end_closes_the_file_and_its_undo_opens_it_again(self, file: EvictionFile) -> None:
        note(file, K.PAYMENT_ORDER, date(2026, 10, 12))
        end = note(file, K.DEBT_PAID, date(2026, 11, 20))
        file.refresh_from_db()
        assert (file.ended_on, file.deadlines.count()) == (date(2026, 11, 20), 0)
        with pytest.raises(ForbiddenTransition, match="terminé"):
            note(file, K.SUMMONS, date(2026, 11, 23))
        services.undo_act(by=file.agent, act=end)
        file.refresh_from_db()
        assert file.ended_on is None
        assert dates(file) == {"pay": date(2026, 11, 23)}

    def test_another_file_opened_meanwhile_forbids_that_undo(self, file: EvictionFile) -> None:
        end = note(file, K.DROPPED, date(2026, 11, 20))
        EvictionFileFactory(household=file.household, agent=file.agent)
        with pytest.raises(ConstraintViolation, match="déjà un dossier en cours"):
            services.undo_act(by=file.agent, act=end)

    @pytest.mark.parametrize(
        ("first", "second", "message"),
        [
            ((K.PAYMENT_ORDER, date(2026, 10, 12)), (K.SUMMONS, date(2026, 10, 11)), "pas avant l’étape"),
            ((K.SUMMONS, date(2026, 10, 12)), (K.PAYMENT_ORDER, date(2026, 10, 13)), "pas après l’étape"),
            ((K.QUIT_ORDER, date(2026, 10, 12)), (K.JUDGMENT, date(2026, 10, 13)), "pas après l’étape"),
        ],
    )
    def test_acts_follow_the_order_of_the_law(self, file: EvictionFile, first, second, message) -> None:
        note(file, *first)
        with pytest.raises(ValidationError, match=message):
            note(file, *second)

    def test_the_same_act_of_the_same_day_is_noted_once(self, file: EvictionFile) -> None:
        note(file, K.PAYMENT_ORDER, date(2026, 10, 12))
        with pytest.raises(ConstraintViolation, match="déjà notée"):
            note(file, K.PAYMENT_ORDER, date(2026, 10, 12))

    def test_the_lease_put_right_moves_the_dates(self, file: EvictionFile) -> None:
        note(file, K.PAYMENT_ORDER, date(2026, 10, 12))
        file.refresh_from_db()
        file.lease_on = date(2020, 1, 1)
        services.save_file(by=file.agent, file=file)
        assert dates(file) == {"pay": date(2026, 12, 12)}


class TestReference:
    def test_a_new_version_counts_for_what_follows_it_only(self, file: EvictionFile, isabelle: User) -> None:
        note(file, K.QUIT_ORDER, date(2026, 10, 1))
        row = LegalDelay.objects.get(code="quit")
        delays.change_delay(
            by=isabelle, row=row, valid_from=date(2026, 11, 1), values={"value": 3, "source": "Loi nouvelle"}
        )
        assert dates(file)["quit"] == date(2026, 12, 1)
        other = EvictionFileFactory(agent=file.agent)
        note(other, K.QUIT_ORDER, date(2026, 11, 10))
        assert dates(other)["quit"] == date(2027, 2, 10)
        assert other.deadlines.get(code="quit").source == "Loi nouvelle"

    def test_a_corrected_delay_moves_the_open_files_and_not_the_ended_ones(
        self, file: EvictionFile, isabelle: User
    ) -> None:
        note(file, K.QUIT_ORDER, date(2026, 10, 1))
        row = LegalDelay.objects.get(code="quit")
        delays.correct_delay(by=isabelle, row=row, values={"value": 1})
        assert dates(file)["quit"] == date(2026, 11, 1)

    def test_a_longer_winter_moves_the_first_day_of_an_eviction(
        self, file: EvictionFile, isabelle: User
    ) -> None:
        note(file, K.QUIT_ORDER, date(2026, 10, 1))
        assert dates(file)["eviction_from"] == date(2027, 4, 1)
        delays.correct_delay(
            by=isabelle, row=WinterTruce.objects.get(), values={"last_day": 31, "last_month": 5}
        )
        assert dates(file)["eviction_from"] == date(2027, 6, 1)

    def test_a_version_to_come_is_taken_back_and_the_one_before_goes_on(self, isabelle: User) -> None:
        row = LegalDelay.objects.get(code="quit")
        new = delays.change_delay(by=isabelle, row=row, valid_from=date(2027, 1, 1), values={"value": 3})
        delays.withdraw_delay(by=isabelle, row=new)
        row.refresh_from_db()
        assert row.valid_until is None
        with pytest.raises(ValidationError, match="a commencé"):
            delays.withdraw_delay(by=isabelle, row=row)

    def test_a_version_starts_after_the_one_before(self, isabelle: User) -> None:
        row = LegalDelay.objects.get(code="quit")
        with pytest.raises(ValidationError, match="commence après"):
            delays.change_delay(by=isabelle, row=row, valid_from=row.valid_from, values={})


class TestTracks:
    def test_a_track_is_asked_granted_kept_and_its_dates_follow(self, file: EvictionFile) -> None:
        track = services.open_track(by=file.agent, file=file, kind=TrackKind.FSL, on=date(2026, 10, 1))
        services.move_track(by=file.agent, track=track, state=TrackState.FILED, on=date(2026, 10, 31))
        assert dates(file) == {"fsl_reply": date(2026, 12, 31)}
        services.move_track(
            by=file.agent, track=track, state=TrackState.RUNNING, on=date(2026, 11, 20), until=date(2027, 5, 5),
            amount=Decimal("800.00"), monthly=Decimal("100.00"),
        )  # fmt: skip
        assert dates(file) == {"track_end": date(2027, 5, 5)}
        services.undo_track(by=file.agent, track=track)
        track.refresh_from_db()
        assert (track.state, track.amount, track.until) == (TrackState.FILED, None, None)
        assert dates(file) == {"fsl_reply": date(2026, 12, 31)}
        with pytest.raises(ForbiddenTransition):
            services.move_track(by=file.agent, track=track, state=TrackState.KEPT, on=date(2026, 11, 21))

    def test_the_same_track_runs_once_and_a_new_one_undone_goes_away(self, file: EvictionFile) -> None:
        track = services.open_track(by=file.agent, file=file, kind=TrackKind.PLAN, on=date(2026, 10, 1))
        with pytest.raises(ConstraintViolation, match="déjà engagée"):
            services.open_track(by=file.agent, file=file, kind=TrackKind.PLAN, on=date(2026, 10, 1))
        services.undo_track(by=file.agent, track=track)
        assert not file.tracks.exists()

    def test_a_running_plan_closes_the_caf_date(self, file: EvictionFile) -> None:
        note(file, K.REPORT_CAF, date(2026, 10, 1))
        assert dates(file) == {"caf_plan": date(2027, 4, 1)}
        track = services.open_track(by=file.agent, file=file, kind=TrackKind.PLAN, on=date(2026, 10, 5))
        services.move_track(by=file.agent, track=track, state=TrackState.RUNNING, on=date(2026, 10, 20))
        assert dates(file) == {}


class TestDiagnosis:
    def test_a_sent_diagnosis_does_not_change_any_more(self, file: EvictionFile) -> None:
        note(file, K.SUMMONS, date(2026, 10, 14), fixed_on=date(2027, 1, 12))
        BudgetLineFactory(budget=BudgetFactory(household=file.household, on=date(2026, 11, 2)))
        EvictionDebt.objects.create(file=file, on=date(2026, 11, 2), amount=Decimal("2094.00"))
        draft = services.start_diagnosis(by=file.agent, file=file)
        assert services.start_diagnosis(by=file.agent, file=file) == draft
        with pytest.raises(ValidationError, match="Écrivez au moins"):
            services.send_diagnosis(
                by=file.agent, diagnosis=draft, sent_on=date(2026, 11, 24), sent_to="court"
            )
        services.keep_diagnosis(
            by=file.agent,
            diagnosis=draft,
            values={"situation": "Emploi perdu en mai.", "proposals": "Délais."},
        )
        sent = services.send_diagnosis(
            by=file.agent, diagnosis=draft, sent_on=date(2026, 11, 24), sent_to="court"
        )
        assert (sent.hearing_on, sent.snapshot.budget.on) == (date(2027, 1, 12), date(2026, 11, 2))
        assert sent.payload["debts"] == [["02/11/2026", "2\u00a0094,00\u00a0€", ""]]
        assert sent.payload["texts"]["situation"] == "Emploi perdu en mai."
        assert "diagnosis" not in dates(file)
        EvictionDebt.objects.filter(file=file).update(amount=Decimal("9.00"))
        sent.refresh_from_db()
        assert sent.payload["debts"][0][1].startswith("2")
        with pytest.raises(ForbiddenTransition, match="ne change plus"):
            services.keep_diagnosis(by=file.agent, diagnosis=sent, values={"situation": "x"})

    def test_taken_back_it_is_a_draft_with_its_texts_and_its_date_is_due(self, file: EvictionFile) -> None:
        note(file, K.SUMMONS, date(2026, 10, 14), fixed_on=date(2027, 1, 12))
        draft = services.start_diagnosis(by=file.agent, file=file)
        services.keep_diagnosis(by=file.agent, diagnosis=draft, values={"situation": "A.", "proposals": "B."})
        sent = services.send_diagnosis(
            by=file.agent, diagnosis=draft, sent_on=date(2026, 11, 24), sent_to="court"
        )
        back = services.take_back_diagnosis(by=file.agent, diagnosis=sent)
        assert (back.is_draft, back.situation, back.payload) == (True, "A.", {})
        assert dates(file)["diagnosis"] == date(2027, 1, 5)

    def test_what_is_not_known_is_said(self, file: EvictionFile) -> None:
        draft = services.start_diagnosis(by=file.agent, file=file)
        services.keep_diagnosis(by=file.agent, diagnosis=draft, values={"situation": "A.", "proposals": "B."})
        sent = services.send_diagnosis(
            by=file.agent, diagnosis=draft, sent_on=date(2026, 11, 24), sent_to="court"
        )
        for words in ("le budget du ménage", "le montant de la dette", "le loyer", "la date de l’audience"):
            assert words in sent.payload["missing"]

    def test_only_its_author_writes_until_a_colleague_takes_over(
        self, file: EvictionFile, mehdi: User
    ) -> None:
        draft = services.start_diagnosis(by=file.agent, file=file)
        with pytest.raises(ForbiddenTransition, match="collègue"):
            services.keep_diagnosis(by=mehdi, diagnosis=draft, values={"situation": "A."})
        services.take_over_diagnosis(by=mehdi, diagnosis=draft)
        services.keep_diagnosis(by=mehdi, diagnosis=draft, values={"situation": "A."})

    def test_a_hidden_address_is_not_in_what_is_sent(self, file: EvictionFile) -> None:
        file.street, file.household.address_hidden = "4 impasse Cachée", True
        told = str(lease(file))
        assert "Cachée" not in told
        assert "non communiquée" in told


def test_a_closed_household_opens_no_file(claire: User) -> None:
    household = HouseholdFactory()
    household.closed_on = date(2026, 11, 1)
    with pytest.raises(ValidationError, match="rouvrez-le"):
        services.open_file(by=claire, household=household, opened_on=date(2026, 11, 24))


@pytest.mark.django_db(transaction=True)
def test_of_two_agents_who_end_a_file_at_once_one_is_told_so() -> None:
    file = EvictionFileFactory()
    barrier, errors = Barrier(2), []

    def end(kind: ActKind) -> Callable[[], None]:
        def work() -> None:
            try:
                mine = EvictionFile.objects.get(pk=file.pk)
                barrier.wait(timeout=20)
                services.record_act(by=mine.agent, file=mine, kind=kind, on=date(2026, 11, 20))
            except Exception as error:
                errors.append(error)
            finally:
                connection.close()

        return work

    threads = [Thread(target=end(kind)) for kind in (K.DEBT_PAID, K.DROPPED)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(error) for error in errors] == [ForbiddenTransition]
    file.refresh_from_db()
    assert file.ended_on == date(2026, 11, 20)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_opens_one_file() -> None:
    household, agent = HouseholdFactory(), EvictionFileFactory().agent
    barrier, errors = Barrier(2), []
    values = {
        "agent": agent, "signal": "caf", "signalled_on": date(2026, 11, 20), "landlord_kind": "private",
        "landlord": "M. Petit",
    }  # fmt: skip

    def work() -> None:
        try:
            barrier.wait(timeout=20)
            services.open_file(by=agent, household=household, opened_on=date(2026, 11, 24), **values)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(error) for error in errors] == [ConstraintViolation]
    assert EvictionFile.objects.filter(household=household).count() == 1
