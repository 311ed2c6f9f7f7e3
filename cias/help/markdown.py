"""Pages of the guide (docs/guide) as HTML for the application.

CommonMark and tables, raw HTML switched off: what a page says is text. Pictures are for who reads the guide outside
the application, where the screen itself is missing; inside they are left out.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from cias.core.text import words
from cias.help.glossary import Term, pattern, terms

_PAGE_LINK = re.compile(r"^([a-z0-9-]+)\.md(#[a-z0-9-]+)?$")
# Written on every wall of the house.
EVERYDAY = {"CIAS"}
parser = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Section:
    """What a page says under one heading; the first one of a page has neither title nor anchor.

    `plain` is its text without any mark, for the search.
    """

    title: str
    anchor: str
    html: SafeString
    plain: str


def sections_of(source: str) -> tuple[str, list[Section]]:
    """The title of a page (its only `#`) and its sections (`##`), each acronym explained where it first appears.

    Raises ValueError for a page without a title.
    """
    seen: set[str] = set()
    title, found, heading, body = "", [], "", list[Token]()
    tokens = iter(_without_pictures(parser.parse(source)))
    for token in tokens:
        if token.type == "heading_open" and token.tag in ("h1", "h2"):
            text = next(tokens).content
            next(tokens)  # heading_close
            if token.tag == "h1":
                title = text
                continue
            found.append(_section(heading, body, seen))
            heading, body = text, []
        else:
            body.append(token)
    found.append(_section(heading, body, seen))
    if not title:
        raise ValueError("a page of the guide begins with its title")
    return title, [section for section in found if section.plain or section.title]


def explained(term: Term) -> SafeString:
    """An acronym that says what it stands for to a mouse, a finger and a keyboard alike (static/css: .term)."""
    return format_html('<abbr class="term" tabindex="0" title="{}">{}</abbr>', term.expansion, term.acronym)


def _section(title: str, body: list[Token], seen: set[str]) -> Section:
    plain = " ".join(_plain(token) for token in body if token.type == "inline")
    for token in body:
        _dress(token)
        if token.type == "inline":
            token.children = list(_explain(_relink(token.children or []), seen))
    # ast-grep-ignore: trusted-markup
    html = mark_safe(parser.renderer.render(body, parser.options, {}))  # noqa: S308 - the parser escapes all text
    return Section(title, "-".join(words(title)), html, plain)


def _plain(token: Token) -> str:
    return "".join(" " if "break" in child.type else child.content for child in token.children or [])


def _without_pictures(tokens: list[Token]) -> list[Token]:
    """Without pictures, nor the paragraphs that are only one."""
    kept: list[Token] = []
    for token in tokens:
        if token.type == "inline" and token.children:
            had = len(token.children)
            token.children = [child for child in token.children if child.type != "image"]
            if had and not token.children:
                kept.pop()
                kept.append(Token("dropped", "", 0))
                continue
        if kept and kept[-1].type == "dropped":
            kept.pop()
            continue  # paragraph_close
        kept.append(token)
    return kept


def _dress(token: Token) -> None:
    """Our tables, and header cells that say of what they are the header."""
    if token.type == "table_open":
        token.attrSet("class", "table")
    elif token.type == "th_open":
        token.attrSet("scope", "col")


def _relink(tokens: list[Token]) -> list[Token]:
    """From the files of the guide to the pages of the help; `data-help` keeps the reader in the panel."""
    for token in tokens:
        if token.type != "link_open":
            continue
        if match := _PAGE_LINK.match(str(token.attrGet("href"))):
            token.attrSet("href", reverse("help:page", args=[match[1]]) + (match[2] or ""))
            token.attrSet("data-help", "")
    return tokens


def _explain(tokens: Iterable[Token], seen: set[str]) -> Iterable[Token]:
    inside_link = False
    for token in tokens:
        inside_link = {"link_open": True, "link_close": False}.get(token.type, inside_link)
        if token.type != "text" or inside_link:
            yield token
            continue
        at = 0
        for match in pattern().finditer(token.content):
            if match[0] in seen or match[0] in EVERYDAY:
                continue
            seen.add(match[0])
            yield Token("text", "", 0, content=token.content[at : match.start()])
            yield Token("html_inline", "", 0, content=explained(terms()[match[0]]))
            at = match.end()
        yield Token("text", "", 0, content=token.content[at:])
