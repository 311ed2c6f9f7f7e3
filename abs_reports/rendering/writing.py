"""The words of a report on its pages: texts and contributions at the end of their chapter, the action plan."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Any, ClassVar

from django.utils.safestring import SafeString

from abs_reports.compiling.chapters import Chapter
from abs_reports.rendering.blocks import ChapterPages, Heading, Paragraph, Plain
from abs_reports.writing.enums import PassageKind, TextKind
from abs_reports.writing.frozen import Texts, Words
from abs_reports.writing.sections import label_of
from abs_reports.writing.typeset import spaced, typeset
from cias.core.french import date_long, lower_first

PLAN = "Le plan d’actions"
PLAN_LEAD = (
    "L’action du centre intercommunal d’action sociale se fonde sur l’analyse des besoins sociaux "
    "(code de l’action sociale et des familles, article R. 123-2)."
)
# The analysis comes before what partners say, the stakes and recommendations after.
BEFORE, AFTER = (PassageKind.ANALYSIS,), (PassageKind.STAKES, PassageKind.ADVICE)
# Characters of a passage that fits in half the width of a page, beside another.
SHORT = 700


@dataclass(frozen=True)
class RichText:
    """A text written in the room, as safe HTML."""

    html: SafeString
    template: ClassVar[str] = "abs_reports/writing/pdf/rich.html"


@dataclass(frozen=True)
class PartnerBlock:
    """What one partner brought; `quote` is one its author accepts to be named for."""

    title: str
    html: SafeString
    quote: str = ""
    template: ClassVar[str] = "abs_reports/writing/pdf/partner.html"


@dataclass(frozen=True)
class Quotes:
    """Words partners accept to see printed, not to be named for."""

    title: str
    items: Sequence[str]
    template: ClassVar[str] = "abs_reports/writing/pdf/quotes.html"


@dataclass(frozen=True)
class Columns:
    """Short passages side by side, each with its heading: what is at stake, and what to do about it."""

    columns: Sequence[Sequence[Any]]
    template: ClassVar[str] = "abs_reports/writing/pdf/columns.html"


def with_texts(chapters: Iterable[ChapterPages], texts: Texts) -> list[ChapterPages]:
    """The chapters with their words; one that has words and no figure yet comes at its place in reading order."""
    pages = list(chapters)
    after = 0
    for chapter in Chapter:
        anchor = chapter.anchor
        blocks = list(_blocks(chapter.value, anchor, texts))
        rank = next((rank for rank, one in enumerate(pages) if one.anchor == anchor), None)
        if rank is not None:
            pages[rank].blocks += blocks
            after = rank + 1
        elif blocks:
            pages.insert(after, ChapterPages(label_of(chapter), anchor, blocks))
            after += 1
    return pages


def _blocks(chapter: str, anchor: str, texts: Texts) -> Iterator[Any]:
    for kind in BEFORE:
        yield from _passage(chapter, anchor, kind, texts)
    yield from _contributions(anchor, texts.of(chapter, TextKind.CONTRIBUTION))
    ends = [blocks for kind in AFTER if (blocks := list(_passage(chapter, anchor, kind, texts)))]
    if len(ends) > 1 and all(len(texts.passage(chapter, kind)) <= SHORT for kind in AFTER):
        yield Columns(ends)
    else:
        yield from chain.from_iterable(ends)


def _passage(chapter: str, anchor: str, kind: PassageKind, texts: Texts) -> Iterator[Any]:
    if text := texts.passage(chapter, kind):
        yield Heading(kind.label, f"{anchor}-{kind.value}", in_contents=False)
        yield RichText(typeset(text))


def _contributions(anchor: str, rows: list[Words]) -> Iterator[Any]:
    if not rows:
        return
    yield Heading("Ce que disent les partenaires", f"{anchor}-partenaires", in_contents=False)
    unnamed = []
    for row in rows:
        content = row.content
        quote = spaced(content.get("quote", ""))
        named = bool(content.get("attributed"))
        day = date_long(date.fromisoformat(content["on"]), weekday=False)
        yield PartnerBlock(
            spaced(f"{content['organisation']}, {lower_first(content['means'])} du {day}"),
            typeset(content["text"]),
            quote if named else "",
        )
        if quote and not named:
            unnamed.append(quote)
    if unnamed:
        yield Quotes("Paroles recueillies", unnamed)


def closing_chapters(texts: Texts) -> Iterator[ChapterPages]:
    """What partners say of the whole analysis, then the action plan; nothing of what is empty."""
    if whole := list(_contributions("ensemble", texts.of("", TextKind.CONTRIBUTION))):
        yield ChapterPages("L’analyse partagée", "analyse-partagee", whole, css_class="brief")
    if texts.actions:
        yield ChapterPages(PLAN, "plan-actions", [Paragraph(PLAN_LEAD, "lead"), _plan_table(texts.actions)])


def _plan_table(actions: list[Words]) -> Plain:
    """The actions in the order of the plan, each objective with the chapter it follows from."""
    return Plain(
        PLAN,
        ("Objectif", "Action", "Pilote et partenaires", "Calendrier et état", "Indicateur de suivi"),
        [
            (
                spaced(f"{row.content['objective']} ({lower_first(label_of(row.chapter))})"),
                spaced(row.content["action"]),
                spaced(" ; ".join(filter(None, (row.content["pilot"], row.content["partners"])))),
                spaced(f"{row.content['calendar']} ({lower_first(row.content['state'])})"),
                spaced(row.content["indicator"]) or "–",
            )
            for row in actions
        ],
    )


def plan_summary(pages: ChapterPages, texts: Texts) -> ChapterPages:
    """The summary, followed by the plan in short."""
    if not texts.actions:
        return pages
    table = Plain(
        "Le plan d’actions en bref",
        ("Objectif", "Action", "Pilote", "Calendrier"),
        [
            tuple(spaced(row.content[name]) for name in ("objective", "action", "pilot", "calendar"))
            for row in texts.actions
        ],
    )
    return replace(pages, blocks=[*pages.blocks, Heading(PLAN, "essentiel-plan"), table])
