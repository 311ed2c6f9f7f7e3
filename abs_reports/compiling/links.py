"""The links that the apps declare between their measures (`Measure.part_of`), checked when the application starts."""

from collections.abc import Mapping
from typing import Any

from django.core.checks import CheckMessage, Error

from abs_reports.compiling.protection import is_geographic
from cias.core.registry import Measure, statistics


def links_hold(**_options: Any) -> list[CheckMessage]:
    """System check: a link to a measure that no app registers, or that cannot be, would protect nothing in silence."""
    measures = dict(statistics.items())
    named = {
        code: [link.code, *filter(None, [link.numerator_code])]
        for code, measure in measures.items()
        if (link := measure.part_of)
    }
    found: list[CheckMessage] = [
        Error(f"{code} is part of {whole}, which no app registers.", id="abs_reports.E001")
        for code, wholes in named.items()
        for whole in wholes
        if whole not in measures
    ]
    try:
        check_links(measures)
    except ValueError as error:
        found.append(Error(str(error), id="abs_reports.E002"))
    return found


def check_links(measures: Mapping[str, Measure]) -> None:
    """Raise ValueError (for developers) when a link turns in a circle or is about categories that cannot be parts."""
    for code, measure in measures.items():
        seen, link = {code}, measure.part_of
        while link is not None and link.code in measures:
            if link.code in seen:
                raise ValueError(f"{code}: the links turn in a circle")
            seen.add(link.code)
            link = measures[link.code].part_of
        link = measure.part_of
        if link is None or link.code not in measures:
            continue
        whole = measures[link.code]
        if link.dimension and link.dimension not in whole.dimensions:
            raise ValueError(f"{code}: {link.code} has no dimension {link.dimension}")
        if (link.keys or link.numerator) and is_geographic(whole):
            raise ValueError(f"{code}: categories of {link.code}, which is counted by place, cannot be parts")
