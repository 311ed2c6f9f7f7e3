"""The guide: docs/guide/*.md, read once by each process. docs/guide/README.md is its table of contents."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.functional import cached_property

from cias.core.text import unaccent, words
from cias.help.glossary import FOLDER, Term, terms
from cias.help.markdown import Section, sections_of

_LINE = re.compile(r"^- \[(?P<title>[^\]]+)\]\((?P<slug>[a-z0-9-]+)\.md\)\s*:\s*(?P<summary>.+)$")
EXCERPT = 180  # characters


@dataclass(frozen=True)
class Page:
    """One page; `summary` is its sentence in the table of contents."""

    slug: str
    title: str
    summary: str

    @cached_property
    def sections(self) -> list[Section]:
        """Raises OSError when the file is missing, ValueError when it has no title."""
        return sections_of((FOLDER / f"{self.slug}.md").read_text(encoding="utf-8"))[1]


@dataclass(frozen=True)
class Chapter:
    title: str
    pages: tuple[Page, ...]

    @property
    def anchor(self) -> str:
        return "-".join(words(self.title))


@dataclass(frozen=True)
class Hit:
    """A place of the guide that answers a search."""

    page: Page
    section: Section
    excerpt: str


@cache
def chapters() -> tuple[Chapter, ...]:
    found: list[tuple[str, list[Page]]] = []
    for line in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            found.append((line[3:].strip(), []))
        elif match := _LINE.match(line):
            found[-1][1].append(Page(match["slug"], match["title"], match["summary"]))
    return tuple(Chapter(title, tuple(pages)) for title, pages in found if pages)


@cache
def pages() -> dict[str, Page]:
    return {page.slug: page for chapter in chapters() for page in chapter.pages}


def search(query: str) -> tuple[list[Term], list[Hit]]:
    """The acronyms and the places of the guide that have every word of `query`, those that have it in a title first."""
    asked = words(query)
    if not asked:
        return [], []
    known = [
        term
        for term in terms().values()
        if _has(asked, f"{term.acronym} {term.expansion} {term.explanation}")
    ]
    known.sort(key=lambda term: not _has(asked, term.acronym))
    ranked = []
    for page in pages().values():
        for section in page.sections:
            titles = f"{page.title} {section.title}"
            if _has(asked, f"{titles} {section.plain}"):
                rank = (not _has(asked, page.title), not _has(asked, titles))
                ranked.append((rank, Hit(page, section, _excerpt(section.plain, asked))))
    ranked.sort(key=lambda pair: pair[0])
    return known, [hit for _rank, hit in ranked]


def _has(asked: Sequence[str], text: str) -> bool:
    """Whether a word of `text` begins with each word that is asked."""
    there = words(text)
    return all(any(word.startswith(one) for word in there) for one in asked)


def _excerpt(text: str, asked: Sequence[str]) -> str:
    """What stands around the first word found, cut between words."""
    places = [at for one in asked if (at := unaccent(text).find(one)) >= 0]
    start = max(0, min(places, default=0) - EXCERPT // 3)
    if start:
        start = text.find(" ", start) + 1
    cut = text[start : start + EXCERPT]
    if len(text) > start + EXCERPT:
        cut = f"{cut.rsplit(' ', 1)[0]}…"
    return f"…{cut}" if start else cut
