import json
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cias.core.periods import PARIS
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db


def free_slots(*options: str) -> str:
    out = StringIO()
    call_command("free_slots", "--agent", "claire@cias.test", *options, stdout=out)
    return out.getvalue()


def slots(*options: str) -> list[dict[str, str]]:
    return json.loads(free_slots(*options))


def test_prints_the_slots_the_desk_would_offer(claire_works):
    AppointmentFactory(agent=claire_works, start=datetime(2026, 12, 21, 9, 45, tzinfo=PARIS), minutes=45)
    found = slots(
        "--from", "2026-12-21", "--to", "2026-12-21", "--minutes", "45", "--now", "2026-12-21T09:05"
    )
    assert found[0] == {
        "agent": "claire@cias.test",
        "start": "2026-12-21T10:30:00+01:00",
        "end": "2026-12-21T11:15:00+01:00",
    }
    assert len(found) == 1 + 1 + 4


def test_the_last_day_is_included_and_christmas_left_out(claire_works):
    found = slots(
        "--from", "24/12/2026", "--to", "26/12/2026", "--minutes", "60", "--now", "2026-12-01T09:00"
    )
    assert {slot["start"][:10] for slot in found} == {"2026-12-24"}


def test_nine_o_clock_across_the_clock_change_and_a_period_that_is_over(claire_works):
    found = slots("--from", "2025-10-24", "--to", "2025-10-27", "--minutes", "210")
    assert [slot["start"] for slot in found] == ["2025-10-24T13:30:00+02:00", "2025-10-27T13:30:00+01:00"]


def test_without_now_what_has_begun_today_is_left_out(claire_works, early):
    early.move_to(datetime(2026, 11, 24, 16, 10, tzinfo=PARIS))
    found = slots("--from", "2026-11-24", "--to", "2026-11-24", "--minutes", "30")
    assert [slot["start"] for slot in found] == ["2026-11-24T16:30:00+01:00"]


def test_the_text_form_is_for_people(claire_works):
    options = ("--from", "2026-12-21", "--to", "2026-12-21", "--minutes", "180", "--now", "2026-12-01T09:00")
    assert free_slots(*options, "--format", "text").splitlines() == [
        "21/12/2026 09:00 – 12:00  Claire Vasseur",
        "21/12/2026 13:30 – 16:30  Claire Vasseur",
    ]
    holiday = ("--from", "2026-12-25", "--to", "2026-12-25", "--minutes", "30", "--now", "2026-12-01T09:00")
    assert free_slots(*holiday, "--format", "text").strip() == "Aucun créneau libre."


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"--agent": "personne@cias.test"}, "aucun agent ne reçoit sous l’adresse personne@cias.test"),
        ({"--from": "31/02/2026"}, "--from « 31/02/2026 »"),
        ({"--to": "2026-12-20"}, "précède"),
        ({"--to": "2028-12-20"}, "dépasse un an"),
        ({"--minutes": "3"}, "--minutes va de 5 à 480"),
        ({"--now": "midi"}, "--now « midi »"),
    ],
)
def test_bad_input_exits_2_with_one_line(claire_works, options, complaint):
    arguments = {
        "--agent": "claire@cias.test", "--from": "2026-12-21", "--to": "2026-12-24", "--minutes": "45", **options
    }  # fmt: skip
    with pytest.raises(CommandError, match=complaint) as refusal:
        call_command("free_slots", *(part for pair in arguments.items() for part in pair))
    assert refusal.value.returncode == 2
    assert "\n" not in str(refusal.value)


def test_an_agent_who_does_not_receive_has_no_slots(nadege):
    with pytest.raises(CommandError, match="aucun agent ne reçoit"):
        call_command(
            "free_slots",
            "--agent",
            nadege.email,
            "--from",
            "2026-12-21",
            "--to",
            "2026-12-21",
            "--minutes",
            "30",
        )
