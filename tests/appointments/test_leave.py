"""Leave comes from another tool as a file (A2): read, looked at, imported."""

from datetime import date, datetime, time
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from appointments.enums import AbsenceKind
from appointments.models import Absence
from appointments.services.leave import import_leave, read_leave
from cias.core.periods import PARIS
from tests.appointments.pages import parse, select, words
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
URL = "appointments:leave_file"


def csv(*lines: str, header: str = "Agent;Du;Au;De;À;Nature;Précision") -> bytes:
    return "\r\n".join([header, *lines]).encode("utf-8-sig")


def test_whole_days_hours_and_kinds(claire, mehdi, early):
    rows = read_leave(
        "conges.csv",
        csv(
            f"{claire.email};21/12/2026;24/12/2026;;;Congés;",
            "AOURAGH Mehdi;04/01/2027;;14h;16h30;réunion;Équipe",
            "",
            "mehdi aouragh;5/1/2027;",
        ),
        agents=[claire, mehdi],
    )
    assert [(row.number, row.error) for row in rows] == [(2, ""), (3, ""), (5, "")]
    first, second, third = (row.absence for row in rows)
    assert (first.start, first.end) == (
        datetime(2026, 12, 21, tzinfo=PARIS),
        datetime(2026, 12, 25, tzinfo=PARIS),
    )
    assert (second.agent, second.kind, second.label) == (mehdi, AbsenceKind.MEETING, "Équipe")
    assert second.end == datetime(2027, 1, 4, 16, 30, tzinfo=PARIS)
    assert (third.kind, third.start.date(), third.end.date()) == ("leave", date(2027, 1, 5), date(2027, 1, 6))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("inconnu@cias.test;21/12/2026;", "n’est pas un agent qui reçoit"),
        ("Claire Vasseur;31/02/2026;", "date"),
        ("Claire Vasseur;21/12/2026;20/12/2026", "La fin doit suivre"),
        ("Claire Vasseur;21/12/2026;;25h", "Saisissez une heure"),
        ("Claire Vasseur;21/12/2026;;;;Maladie", "n’est pas une nature d’absence"),
        ("Claire Vasseur;21/12/2026;;;;;" + "x" * 61, "60 caractères"),
        ("Claire Vasseur;21/12/2026;21/12/2028", "un an au plus"),
    ],
)
def test_a_row_that_makes_no_sense_says_why(claire, line, message):
    [row] = read_leave("conges.csv", csv(line), agents=[claire])
    assert message in row.error
    assert import_leave(by=claire, rows=[row]) == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "colonnes absentes"),
        (csv(header="Agent;Du;Au"), "aucune ligne"),
        ("Nom;Prénom\nA;B".encode(), "colonnes absentes.*agent, du, au"),
        (b"PK\x03\x04 not a workbook", "illisible"),
        (b"\x00\x01\x02", "ni un fichier CSV"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(claire, content, message):
    with pytest.raises(ValidationError, match=message):
        read_leave("conges.csv", content, agents=[claire])


def test_two_agents_of_one_name_are_told_apart_by_e_mail(claire, mehdi):
    mehdi.first_name, mehdi.last_name = claire.first_name, claire.last_name
    by_name, by_mail = read_leave(
        "f.csv", csv("Claire Vasseur;21/12/2026;", f"{mehdi.email};21/12/2026;"), agents=[claire, mehdi]
    )
    assert "n’est pas un agent" in by_name.error
    assert by_mail.absence.agent == mehdi


def test_the_same_file_twice_changes_nothing(claire):
    content = csv("Claire Vasseur;21/12/2026;", "Claire Vasseur;21/12/2026;")
    rows = read_leave("f.csv", content, agents=[claire])
    assert [row.known for row in rows] == [False, True]
    assert import_leave(by=claire, rows=rows) == 1
    assert import_leave(by=claire, rows=read_leave("f.csv", content, agents=[claire])) == 0


def workbook() -> bytes:
    book = Workbook()
    book.active.append(["agent", "du", "au", "de", "à"])
    book.active.append(["Claire Vasseur", datetime(2026, 12, 21), datetime(2026, 12, 22), None, None])  # noqa: DTZ001
    book.active.append(["Claire Vasseur", date(2026, 12, 28), None, time(9), time(12)])
    book.active.append(["Personne", date(2026, 12, 28), None, None, None])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


AS_CSV = csv(
    "Claire Vasseur;21/12/2026;22/12/2026", "Claire Vasseur;28/12/2026;;9h;12h", "Personne;28/12/2026;"
)


@pytest.mark.parametrize("content", [workbook(), AS_CSV])
def test_the_direction_reads_then_imports(login, isabelle, claire_works, early, content):
    appointment = AppointmentFactory(agent=claire_works, start=datetime(2026, 12, 21, 9, tzinfo=PARIS))
    client = login(isabelle)
    read = parse(client.post(reverse(URL), {"file": SimpleUploadedFile("conges.bin", content)}))
    assert "2 absences nouvelles, 1 à corriger" in words(read)
    assert "« Personne » n’est pas un agent" in words(read)
    assert not Absence.objects.exists()
    text = select(read, "textarea[name=text]")[0].text
    done = client.post(reverse(URL), {"text": text}, follow=True)
    assert "2 absences importées. 1 rendez-vous à déplacer." in words(parse(done))
    assert appointment.who in words(parse(done))
    assert Absence.objects.count() == 2


def test_a_bad_file_is_an_error_at_the_field(login, isabelle):
    page = parse(login(isabelle).post(reverse(URL), {"file": SimpleUploadedFile("a.csv", b"x;y\n1;2")}))
    assert "colonnes absentes" in words(select(page, "div[data-error-summary]")[0])
