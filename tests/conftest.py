"""The strict harness: what would be a silent slip in production is a failure here (docs/testing.md)."""

import gc
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.test import override_settings
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from cias import embedded
from cias.accounts import matrix, recovery_codes
from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.territory.services import load_territory
from tests.client import StrictClient
from tests.database import keep_seeds, never_wait_for_the_disk, quick_teardown, tables_of_models
from tests.factories import UserFactory
from tests.sharing import pytest_xdist_make_scheduler  # noqa: F401 - a hook

# A busy machine is slow at times; tests assert results, never milliseconds.
hypothesis_settings.register_profile("cias", deadline=None)
hypothesis_settings.load_profile("cias")

ENDED = count(1)  # tests
TERRITORY = Path(settings.BASE_DIR) / "cias/territory/data/chartres_metropole.geojson"


def pytest_configure(config: pytest.Config) -> None:
    embedded.start_for_process()


def pytest_collection_finish(session: pytest.Session) -> None:
    leave_out_of_collections()


def pytest_runtest_logfinish() -> None:
    """Once more with what the tests have loaded: after 1, 2, 4, 8… of them, for less and less is new."""
    number = next(ENDED)
    if number & (number - 1) == 0:
        leave_out_of_collections()


def leave_out_of_collections() -> None:
    """What is loaded by now stays until the end: the garbage collector need not go through it again and again.

    Each document that is drawn has it collect everything twice (cias/core/pdf.py).
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    tables_of_models()


class UnknownVariable(str):
    """Stands for a template variable that nothing defines; rendering it raises.

    Packages write templates that rely on empty variables: those are listed, ours may not.
    """

    TOLERATED = (
        "form.media",
        "element.",
        "attrs.",
        "slots.",
        "field.field",
        "origin",
        "error_",
        "help_text_inline",
    )

    def __contains__(self, text: object) -> bool:
        return text == "%s"

    def __mod__(self, variable: object) -> str:
        if str(variable).startswith(self.TOLERATED):
            return ""
        raise AssertionError(f"unknown template variable: {variable}")


@pytest.fixture(scope="session", autouse=True)
def _strict_templates() -> None:
    """In the settings too: a test that overrides DEBUG makes Django build its engines again."""
    strict = UnknownVariable("%s")
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = strict
    engines["django"].engine.string_if_invalid = strict


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A transactional test brings the tables back to what a new database holds: see `start_again`."""
    with django_db_blocker.unblock():
        keep_seeds()
        never_wait_for_the_disk()
    with quick_teardown():
        yield


@pytest.fixture(scope="session", autouse=True)
def _documents_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests receive and keep goes to a folder of this run, never to the demonstration's."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(scope="session", autouse=True)
def _recovery_codes_hashed_quickly() -> Iterator[None]:
    """As passwords are in the tests: those of the agents of a world took three quarters of its making."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recovery_codes, "COST", {"time_cost": 1, "memory_cost": 8, "parallelism": 1})
        yield


@pytest.fixture
def client() -> StrictClient:
    return StrictClient()


@pytest.fixture
def login(db: None) -> Callable[[User], StrictClient]:
    """`login(user)` gives a strict client with that user logged in."""

    def _login(user: User) -> StrictClient:
        client = StrictClient()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return _login


@pytest.fixture
def territory(db: None) -> None:
    """The 66 real communes."""
    load_territory(TERRITORY)


@pytest.fixture
def withdraw(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`withdraw(right)`: nobody holds it any more."""

    def _withdraw(right: str) -> None:
        held_by_nobody = replace(matrix.BY_CODE[right], grants={})
        monkeypatch.setattr(matrix, "BY_CODE", {**matrix.BY_CODE, right: held_by_nobody})

    return _withdraw


# Named agents: the same people in every test, so that a failure reads like a story.
@pytest.fixture
def nadege(db: None) -> User:
    return UserFactory(
        role=Role.RECEPTION, first_name="Nadège", last_name="Fouquet", email="nadege@cias.test"
    )


@pytest.fixture
def claire(db: None) -> User:
    return UserFactory(
        role=Role.SOCIAL_WORKER,
        first_name="Claire",
        last_name="Vasseur",
        email="claire@cias.test",
        has_agenda=True,
    )


@pytest.fixture
def mehdi(db: None) -> User:
    return UserFactory(
        role=Role.SOCIAL_WORKER,
        first_name="Mehdi",
        last_name="Aouragh",
        email="mehdi@cias.test",
        has_agenda=True,
    )


@pytest.fixture
def hugo(db: None) -> User:
    return UserFactory(
        role=Role.PSYCHOLOGIST,
        first_name="Hugo",
        last_name="Lemaire",
        email="hugo@cias.test",
        has_agenda=True,
    )


@pytest.fixture
def isabelle(db: None) -> User:
    return UserFactory(
        role=Role.DIRECTOR, first_name="Isabelle", last_name="Marchand", email="isabelle@cias.test"
    )


@pytest.fixture
def francoise(db: None) -> User:
    return UserFactory(
        role=Role.BOARD, first_name="Françoise", last_name="Aubert", email="francoise@cias.test"
    )


@pytest.fixture
def david(db: None) -> User:
    return UserFactory(role=Role.DPO, first_name="David", last_name="Nicolas", email="david@cias.test")


@pytest.fixture
def armelle(db: None) -> User:
    return UserFactory(role=Role.ADMIN, first_name="Armelle", last_name="Colin", email="armelle@cias.test")
