"""Every document that is printed is valid PDF/UA-1 (RGAA 13.3, quality.md): each is drawn once, and validated."""

import re

import page as validator
import pytest

from tests.access.routes import Route
from tests.access.walking import client_of, holder_of, routes, sample
from tests.access.world import World

# What an address that prints says of itself; test_every_url_every_role.py finds those that do not.
PRINTS = re.compile(
    r"\.pdf$|/pdf/$|/imprimer/$|/bordereau/$|/fiches?/$|/avis/$|/quittance/$|/recu/$|/releve/$|/attestation/$|/demande/$"
    r"|/notification/$|/compte/"
)
# Files that are kept: the sample has a few words in their place; what makes them is tested where it is.
KEPT = {"abs_reports:download", "housing:reminder_print"}


@pytest.fixture(scope="module")
def _words(_module_database: None) -> None:
    """In place of the words that the other walks read: here the paper itself is drawn."""


def test_every_paper_is_valid(world: World) -> None:
    wrong, drawn = {}, 0
    for route in routes():
        if not is_paper(route, world) or route.name in KEPT:
            continue
        response = client_of(holder_of(route, world)).get(sample(route, world))
        if response.headers.get("Content-Type") != "application/pdf":
            continue
        drawn += 1
        report = validator.validate_pdf_bytes(response.content, profile="ua1")
        if not report.is_compliant:
            wrong[route.name] = [str(failure) for failure in report.failures][:3]
    assert wrong == {}
    assert drawn > 30


def is_paper(route: Route, world: World) -> bool:
    return PRINTS.search(sample(route, world)) is not None
