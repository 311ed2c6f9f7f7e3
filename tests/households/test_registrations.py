"""What households tell of themselves: timeline, work lists."""

from datetime import date

import pytest

from cias.accounts.models import User
from cias.core.registry import collect_actions
from households.enums import Custody, MemberRole, NoteLevel
from households.models import Household
from households.registrations.timeline import timeline
from households.services import (
    AddressData,
    add_member,
    assign_referent,
    change_membership,
    change_situation,
    close_household,
    end_membership,
    move_household,
    open_household,
    save_draft,
    write_note,
)
from households.team import own_work
from tests.factories import CommuneFactory, HouseholdFactory
from tests.households.people import INES, LEO, YANN

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture
def household(claire: User) -> Household:
    return open_household(
        by=claire, applicant=INES, opened_on=date(2024, 3, 4), commune=CommuneFactory(luce=True)
    )


def told(household: Household, user: User) -> list[tuple[date, str, str]]:
    return sorted((item.at, item.title, item.text) for item in timeline(household, user))


def test_a_life_is_told_in_sentences(claire: User, mehdi: User, household: Household) -> None:
    leo = add_member(
        by=claire, household=household, person=LEO, start=date(2024, 3, 4), role=MemberRole.CHILD
    )
    yann = add_member(
        by=claire, household=household, person=YANN, start=date(2024, 9, 1), role=MemberRole.PARTNER
    )
    end_membership(by=claire, membership=yann, end=date(2025, 2, 28))
    change_membership(
        by=claire, membership=leo, on=date(2025, 3, 1), role=MemberRole.CHILD, custody=Custody.ALTERNATE
    )
    assign_referent(by=claire, household=household, agent=mehdi, on=date(2025, 4, 1))
    move_household(by=claire, household=household, on=date(2024, 3, 4), address=AddressData(street="1 rue A"))
    move_household(
        by=claire,
        household=household,
        on=date(2025, 5, 1),
        address=AddressData(street="2 rue B"),
        commune=CommuneFactory(),
    )
    change_situation(by=claire, household=household, on=date(2025, 6, 1), housing_status="hotel", adults=1)
    close_household(by=claire, household=household, on=date(2025, 12, 31), reason="moved")
    assert told(household, claire) == [
        (date(2024, 3, 4), "Ouverture du dossier", "Inês Da Silva et Léo Da Silva"),
        (date(2024, 9, 1), "Yann Kerbrat rejoint le ménage", ""),
        (date(2025, 2, 28), "Yann Kerbrat quitte le ménage", ""),
        (date(2025, 4, 1), "Référent principal", "Mehdi Aouragh"),
        (date(2025, 5, 1), "Changement de situation", "commune\u00a0: chartres"),
        (date(2025, 5, 1), "Déménagement", "2 rue B, Chartres"),
        (
            date(2025, 6, 1),
            "Changement de situation",
            "adultes\u00a0: 1 et statut de logement\u00a0: hôtel",
        ),
        (date(2025, 12, 31), "Dossier clos", "déménagement"),
    ]


def test_those_who_come_on_the_same_day_come_together(claire: User, household: Household) -> None:
    for data in (LEO, YANN):
        add_member(by=claire, household=household, person=data, start=date(2024, 9, 1))
    assert (date(2024, 9, 1), "Léo Da Silva et Yann Kerbrat rejoignent le ménage", "") in told(
        household, claire
    )


def test_reception_reads_neither_situations_nor_notes(
    claire: User, nadege: User, household: Household
) -> None:
    change_situation(by=claire, household=household, on=date(2025, 6, 1), housing_status="hotel")
    write_note(author=claire, household=household, held_on=date(2025, 6, 1), means="office", text="Secret.")
    assert [title for _day, title, _text in told(household, nadege)] == ["Ouverture du dossier"]


def test_a_note_is_told_with_its_means_length_domain_and_level(claire: User, household: Household) -> None:
    write_note(
        author=claire,
        household=household,
        held_on=date(2026, 11, 18),
        means="phone",
        text="  Un\n\nlong   récit " + "mot " * 100,
        level=NoteLevel.CIRCLE,
        duration_minutes=90,
        themes=["family", "energy"],
    )
    (item,) = [item for item in timeline(household, claire) if item.kind == "notes"]
    assert item.title == "Entretien par téléphone, 1\u00a0h\u00a030"
    assert item.text.startswith("Un long récit mot")
    assert item.text.endswith("mot…")
    assert len(item.text) <= 241
    assert (item.domain, item.author) == ("energie", "Claire Vasseur, note de cercle")


def test_unfinished_notes_wait_for_their_author(claire: User, mehdi: User, household: Household) -> None:
    note = write_note(author=claire, household=household, held_on=TODAY, means="office", text="Dit.")
    save_draft(author=claire, household=household, values={"text": "x"})
    save_draft(author=claire, household=household, values={"text": "x"}, note=note)
    mine = [item for item in own_work(claire, TODAY) if item.kind == "notes"]
    assert {item.url for item in mine} == {
        f"/menages/{household.pk}/notes/ecrire/",
        f"/menages/notes/{note.pk}/modifier/",
    }
    assert {item.subject_id for item in mine} == {household.pk}
    assert [item for item in own_work(mehdi, TODAY) if item.kind == "notes"] == []


def test_the_direction_is_told_of_households_nobody_follows(
    claire: User, isabelle: User, household: Household
) -> None:
    def waiting() -> list[str]:
        return [item.title for item in own_work(isabelle, TODAY) if item.kind == "referents"]

    closed = HouseholdFactory(closed_on=date(2026, 6, 1), closing_reason="moved")
    HouseholdFactory(with_referent=True)
    assert closed.closed_on is not None
    assert waiting() == ["Désigner un référent pour 1\u00a0ménage"]
    assign_referent(by=claire, household=household, agent=claire, on=date(2026, 11, 24))
    assert waiting() == []
    assert [item for item in own_work(claire, TODAY) if item.kind == "referents"] == []


def test_writing_a_note_is_offered_to_those_who_write(
    claire: User, nadege: User, household: Household
) -> None:
    assert "Écrire une note" in [action.label for action in collect_actions(household, claire)]
    assert "Écrire une note" not in [action.label for action in collect_actions(household, nadege)]
