"""Two agents, two connections, one file: the database decides, and nothing happens twice."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection

from cias.core.db import ConstraintViolation
from cias.core.states import ForbiddenTransition
from rights import services
from rights.enums import FileState
from rights.models import FilePiece, Right, RightsFile
from tests.factories import HouseholdFactory, PersonFactory, RightsFileFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def race(*works: Callable[[], object]) -> list[Exception]:
    """Run the works at the same moment, each on its own connection; the errors they raised."""
    barrier, errors = Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_one_of_two_simultaneous_transmissions_wins() -> None:
    file = RightsFileFactory()
    agent = UserFactory()

    def transmit() -> None:
        mine = RightsFile.objects.get(pk=file.pk)
        services.transmit(by=agent, file=mine, on=date(2026, 10, 13), channel="post", agreement=True)

    errors = race(*[transmit] * 6)
    assert [type(error) for error in errors] == [ForbiddenTransition] * 5
    assert file.moves.filter(to_state=FileState.TRANSMITTED).count() == 1


def test_a_double_click_opens_one_file() -> None:
    household, person, agent = HouseholdFactory(), PersonFactory(), UserFactory()
    right = Right.objects.get(code="css")

    def open_it() -> None:
        services.open_file(
            by=agent,
            household=household,
            applicant=person,
            right=right,
            agent=agent,
            opened_on=date(2026, 10, 1),
        )

    errors = race(*[open_it] * 6)
    assert [type(error) for error in errors] == [ConstraintViolation] * 5
    assert RightsFile.objects.get().number == "D-2026-00001"


def test_the_last_two_pieces_received_at_once_complete_the_file() -> None:
    file, agent = RightsFileFactory(), UserFactory()
    pieces = [FilePiece.objects.create(file=file, free_label=f"Pièce {n}") for n in range(2)]
    errors = race(
        *[
            lambda piece=piece: services.receive_piece(by=agent, piece=piece, on=date(2026, 10, 12))
            for piece in pieces
        ]
    )
    file.refresh_from_db()
    assert (errors, file.state) == ([], FileState.COMPLETE)
