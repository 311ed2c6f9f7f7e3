"""The guide itself: every screen has its page, every page can be reached, links lead somewhere, French is typeset."""

import re

import pytest
from django.conf import settings

from cias.accounts.enums import Role
from cias.help.first_steps import PAGES, STEPS
from cias.help.glossary import FOLDER, SLUG, terms
from cias.help.guide import pages, search
from cias.help.markdown import sections_of
from cias.help.readers import page_of, roles_by_page
from cias.help.screens import SCREENS
from tests.access.routes import all_routes

NAMES = {route.name for route in all_routes()}
FILES = {path.stem: path for path in FOLDER.glob("*.md") if path.stem != "README"}


def test_every_address_has_a_page_of_the_guide() -> None:
    missing = sorted(name for name in NAMES if not page_of(name))
    assert missing == [], "name them in cias/help/screens.py and write their page in docs/guide"


def test_what_the_screens_name_exists() -> None:
    written = set(SCREENS)
    assert written <= set(pages())
    unknown = [
        (slug, pattern)
        for slug, patterns in SCREENS.items()
        for pattern in patterns
        if not any(page_of(name) == slug and _matches(pattern, name) for name in NAMES)
    ]
    assert unknown == []


def _matches(pattern: str, name: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), name) is not None


def test_no_line_stands_for_a_whole_application() -> None:
    """A screen that nobody described must fail the first test, not fall into somebody else's page."""
    wide = [
        one
        for patterns in SCREENS.values()
        for one in patterns
        if one.endswith((":*", "_*")) and one.count(":*")
    ]
    assert wide == []


def test_a_name_wins_over_a_family_and_a_long_family_over_a_short_one() -> None:
    assert page_of("housing:energy_visit") == "visite-slime"
    assert page_of("housing:energy_call") == "energie"
    assert page_of("households:budget_formula_version") == "reglages-du-budget"
    assert page_of("households:budget_compare") == "budget"
    assert page_of("nothing:like_it") == ""


def test_the_contents_list_every_file_once_under_its_own_title() -> None:
    assert list(pages()) == list(dict.fromkeys(pages()))
    assert set(pages()) == set(FILES)
    for slug, page in pages().items():
        assert sections_of(FILES[slug].read_text(encoding="utf-8"))[0] == page.title, slug


@pytest.mark.parametrize("slug", sorted(FILES))
def test_links_of_a_page_lead_somewhere(slug: str) -> None:
    source = FILES[slug].read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", source):
        if target.startswith(("https://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        assert (FOLDER / name).is_file(), target
        if anchor and name.endswith(".md"):
            assert anchor in {section.anchor for section in pages()[name[:-3]].sections}, target


@pytest.mark.parametrize("slug", ["README", *sorted(FILES)])
def test_a_page_is_typeset_in_french(slug: str) -> None:
    source = (FOLDER / f"{slug}.md").read_text(encoding="utf-8")
    prose = re.sub(r"`[^`]*`|\]\([^)]*\)|https?://\S+", "", source)
    wrong = re.findall(
        r".{0,20}(?:(?<!\d)[^\s\u00a0|:(] ?[;!?»%€](?<!\u00a0.)|« |\w'\w| :(?=\s)).{0,20}", prose
    )
    wrong = [one for one in wrong if not re.fullmatch(r"[|:\- ]+", one)]
    assert wrong == []


@pytest.mark.parametrize("slug", sorted(set(FILES) - {SLUG}))
def test_a_page_says_enough_and_has_one_level_of_headings(slug: str) -> None:
    source = FILES[slug].read_text(encoding="utf-8")
    assert not re.search(r"^###", source, re.MULTILINE)
    assert len(source.split()) >= 90, "too short to help"
    assert sum(1 for line in source.splitlines() if line.startswith("# ")) == 1


def test_pictures_of_the_guide_exist_and_say_what_they_show() -> None:
    for slug, path in FILES.items():
        for words, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", path.read_text(encoding="utf-8")):
            assert words, (slug, target)
            assert (FOLDER / target).resolve().is_relative_to(settings.BASE_DIR / "docs" / "screenshots")
            assert (FOLDER / target).is_file(), (slug, target)


class TestRoles:
    def test_a_page_is_for_those_who_may_open_one_of_its_screens(self) -> None:
        assert roles_by_page()["journal"] == {Role.DIRECTOR, Role.DPO}
        assert roles_by_page()["comptes"] == {Role.ADMIN}
        assert roles_by_page()["mon-compte"] == set(Role)
        assert Role.RECEPTION not in roles_by_page()["notes"]

    def test_each_role_has_first_steps_it_may_take(self) -> None:
        rights = {route.name: route.rights or () for route in all_routes()}
        from cias.accounts.matrix import BY_CODE
        from cias.core.access import ANY_AGENT, PUBLIC

        for role in Role:
            assert 4 <= len(STEPS[role]) <= 6
            for step in STEPS[role]:
                for name in (step.url_name, *step.seen):
                    assert any(
                        right in (ANY_AGENT, PUBLIC) or role in BY_CODE[right].grants
                        for right in rights[name]
                    ), (role, name)

    def test_the_first_steps_stand_where_each_role_arrives(self) -> None:
        from cias.dashboard.views import FIRST_PAGE

        assert {role: FIRST_PAGE.get(role, "dashboard:home") for role in Role} == dict(PAGES)


class TestMarkdown:
    def test_nothing_typed_becomes_markup(self) -> None:
        _title, sections = sections_of("# Titre\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))")
        assert "<script" not in sections[0].html
        assert "href" not in sections[0].html

    def test_pictures_stay_outside_the_application(self) -> None:
        _title, sections = sections_of("# Titre\n\nAvant.\n\n![Une image](../screenshots/x.png)\n\nAprès.")
        assert sections[0].html == "<p>Avant.</p>\n<p>Après.</p>\n"

    def test_links_between_files_become_links_between_pages(self) -> None:
        _title, sections = sections_of("# Titre\n\nVoir [ceci](connexion.md#le-mot-de-passe).")
        assert 'href="/aide/connexion/#le-mot-de-passe" data-help=""' in sections[0].html

    def test_an_acronym_is_explained_where_it_first_appears(self) -> None:
        _title, sections = sections_of("# Titre\n\nLe RSA, puis le RSA.\n\n## Suite\n\nEncore le RSA.")
        html = "".join(section.html for section in sections)
        assert html.count("<abbr") == 1
        assert f'title="{terms()["RSA"].expansion}">RSA</abbr>, puis le RSA' in html

    def test_a_page_without_a_title_is_refused(self) -> None:
        with pytest.raises(ValueError, match="title"):
            sections_of("Sans titre.")


class TestSearch:
    def test_accents_and_endings_do_not_matter(self) -> None:
        assert search("echeances")[1]
        assert search("rendez vous")[1][0].page.title.lower().startswith(("prendre", "rendez", "séries"))

    def test_an_acronym_is_found_by_what_it_stands_for(self) -> None:
        assert next(term.acronym for term in search("revenu de solidarité active")[0]) == "RSA"

    def test_nothing_is_found_of_what_is_not_there(self) -> None:
        assert search("zygomorphe") == ([], [])
        assert search("  ?! ") == ([], [])


def test_the_glossary_explains_in_one_sentence_with_a_source() -> None:
    assert len(terms()) >= 60
    for term in terms().values():
        assert term.expansion[0].isupper() or term.expansion[0].isdigit(), term
        assert term.explanation.endswith("."), term
        assert term.source, term
