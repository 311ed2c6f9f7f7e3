"""The password rules of the CNIL, as they are told and as they are kept."""

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from cias import settings as real_settings
from cias.accounts.models import User
from cias.accounts.passwords import CnilPasswordValidator
from tests.accounts.conftest import PASSWORD

validate = CnilPasswordValidator().validate
NEW = "Un autre secret, plus long"


@pytest.mark.parametrize(
    "password",
    [
        "Abcdefgh1234!",  # 13, the four kinds
        "Été-2026-neige",  # accents are letters
        "MotDePasse1234",  # 14 without signs
        "le facteur passe tard",  # a phrase
        "ça alors ! déjà midi ?",
    ],
)
def test_accepted(password: str) -> None:
    validate(password)


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("abcdefgh1234!", "une majuscule"),
        ("ABCDEFGH1234!", "une minuscule"),
        ("Abcdefghijkl!", "un chiffre"),
        ("Abcdefgh1234", "un signe"),
        ("Ab1!efgh", "au moins 12 caractères"),
        ("Aa1!Aa1!Aa1!", "répète"),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", "répète"),
    ],
)
def test_refused_with_what_is_missing(password: str, missing: str) -> None:
    with pytest.raises(ValidationError, match=missing):
        validate(password)


@given(st.text(max_size=11))
def test_nothing_short_ever_passes(password: str) -> None:
    with pytest.raises(ValidationError):
        validate(password)


def test_argon2_comes_first() -> None:
    assert real_settings.PASSWORD_HASHERS[0].endswith(Argon2PasswordHasher.__name__)


def change(client, old: str, new: str, again: str | None = None):
    fields = {"oldpassword": old, "password1": new, "password2": again or new}
    return client.post("/compte/mot-de-passe/", fields)


class TestChange:
    @pytest.fixture
    def client(self, login, with_password, claire: User):
        return login(with_password(claire))

    def test_the_rule_is_told_before_one_types(self, client) -> None:
        page = client.get("/compte/mot-de-passe/").content.decode()
        assert "une phrase d’au moins 20 caractères" in page

    def test_it_changes_and_one_stays_in(self, client, claire: User) -> None:
        assert change(client, PASSWORD, NEW).url == "/compte/"
        claire.refresh_from_db()
        assert claire.check_password(NEW)
        assert "Votre mot de passe est changé" in client.get("/compte/").content.decode()

    def test_other_sessions_end(self, client, login, claire: User) -> None:
        elsewhere = login(claire)
        change(client, PASSWORD, NEW)
        assert elsewhere.get("/compte/").status_code == 302
        assert client.get("/compte/").status_code == 200

    @pytest.mark.parametrize(
        ("old", "new", "again", "message"),
        [
            ("faux", NEW, NEW, "Ce n’est pas votre mot de passe actuel."),
            (PASSWORD, "courtes", "courtes", "Il manque à ce mot de passe"),
            (PASSWORD, NEW, NEW + "e", "deux fois le même mot de passe"),
            (PASSWORD, "claire@cias.test 28000", "claire@cias.test 28000", "trop semblable"),
        ],
    )
    def test_mistakes_are_told_at_the_field(self, client, claire: User, old, new, again, message) -> None:
        page = change(client, old, new, again).content.decode()
        assert message in page
        assert "Le mot de passe n’a pas été changé" in page
        claire.refresh_from_db()
        assert claire.check_password(PASSWORD)
