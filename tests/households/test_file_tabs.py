"""The tabs of a file: each app registers its own, and the read log calls them by the same name."""

import re

import pytest

from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.core.files import file_tabs
from tests.factories import AssignmentFactory, HouseholdFactory

pytestmark = pytest.mark.django_db
ALL = [
    "Synthèse", "Composition", "Situation et budget", "Droits", "Aides", "Logement et énergie", "Insertion",
    "Documents", "Orientations et courriers", "Historique",
]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "shown"),
    [("claire", ALL), ("nadege", ["Synthèse", "Composition", "Documents", "Historique"])],
)
def test_the_tabs_a_reader_may_open_in_their_order(
    login, request: pytest.FixtureRequest, who: str, shown: list[str]
) -> None:
    household = HouseholdFactory(with_applicant=True)
    reader: User = request.getfixturevalue(who)
    AssignmentFactory(household=household, agent=reader)
    page = login(reader).get(f"/menages/{household.pk}/").content.decode()
    tabs = page[page.index('aria-label="Parties du dossier"') :].partition("</nav>")[0]
    found = re.findall(r"<a [^>]*>([^<]*)</a>", tabs)
    assert [one for one in ALL if one in found] == found
    assert set(shown) <= set(found)
    assert re.findall(r'aria-current="page">([^<]*)<', tabs) == ["Synthèse"]


def test_the_log_calls_each_tab_as_the_file_does() -> None:
    said = [
        AccessLog(action=AccessAction.VIEW, detail={"tab": code}).precision for code, _part in file_tabs()
    ]
    assert said == [f"partie «\u00a0{label}\u00a0»" for label in ALL]


def test_reception_is_shown_no_social_content(login, nadege: User) -> None:
    household = HouseholdFactory(with_applicant=True)
    page = login(nadege).get(f"/menages/{household.pk}/").content.decode()
    assert "Situation et budget</a>" not in page
