"""Words of the body in a password: some, not most of it."""

import pytest
from django.core.exceptions import ValidationError

from cias import settings as real_settings
from cias.territory.passwords import BodyWordsValidator
from cias.territory.services import get_structure
from tests.factories import CommuneFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def body() -> None:
    structure = get_structure()
    structure.name, structure.short_name = "Centre intercommunal d’action sociale du Perche", "CIAS du Perche"
    structure.epci_name, structure.email = "Cœur du Perche", "contact@perche.test"
    structure.save()
    CommuneFactory(name="L’Épine-aux-Bois", postal_codes=["02540"])


@pytest.mark.parametrize(
    "password",
    [
        "CiasDuPerche2026!",
        "P.e.r.c.h.e-PERCHE-1",
        "L’épine aux bois 2026",
        "Lepineauxbois02540",
        "Accueil-Mairie-2026!",
        "centre intercommunal d’action sociale",
        "MotDePasse1234",
    ],
)
def test_made_of_the_body_s_words(password: str) -> None:
    with pytest.raises(ValidationError, match="nom de la structure"):
        BodyWordsValidator().validate(password)


@pytest.mark.parametrize(
    "password",
    [
        "le facteur passe tard",
        "Trois vélos au Perche, jamais rouillés",
        "Vq7!mZ2#cias-Kd9",
        "!!!!!!!!!!!!",
        "",
    ],
)
def test_one_word_among_others(password: str) -> None:
    BodyWordsValidator().validate(password)


def test_it_is_asked_of_every_new_password() -> None:
    assert {"NAME": "cias.territory.passwords.BodyWordsValidator"} in real_settings.AUTH_PASSWORD_VALIDATORS
