"""One world for all the tests of a module (see walking.py)."""

from collections.abc import Iterator

import pytest
import time_machine
from pytest_django import DjangoDbBlocker

from tests.access.walking import paper_as_words, refusals_undrawn, undone
from tests.access.world import World, build_world

MOMENT = "2026-11-24T10:21:00+01:00"  # a Tuesday morning, when the desk is open


@pytest.fixture(scope="module")
def _module_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), time_machine.travel(MOMENT), undone():
        yield


@pytest.fixture(scope="module")
def _words(_module_database: None) -> Iterator[None]:
    with paper_as_words():
        yield


@pytest.fixture(scope="module")
def built(_words: None) -> World:
    return build_world()


@pytest.fixture
def db(_module_database: None) -> Iterator[None]:
    """In place of pytest-django's: what a test writes goes with it, what the module built stays."""
    with time_machine.travel(MOMENT), undone():
        yield


@pytest.fixture
def world(built: World, db: None) -> World:
    return built


@pytest.fixture
def undrawn() -> Iterator[None]:
    """For tests that look at the statuses of refusals, not at their pages."""
    with refusals_undrawn():
        yield
