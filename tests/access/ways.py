"""Every request of the walks, and what each one tells of the protected file: the measure of the mutation check."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import CodeType, FunctionType
from uuid import UUID

from cias.accounts.enums import Role
from cias.core.registry import summary
from households.listing import HOUSEHOLDS, OTHER_DOMAINS
from tests.access.mutating import met
from tests.access.reading import text_of
from tests.access.routes import Route
from tests.access.test_protected_files import AGENTS, CANARIES, IN_FILE, REFUSED, Protected, in_file, searches
from tests.access.test_protected_queries import queries_of
from tests.access.walking import held, routes, sample, undone
from tests.client import StrictClient

# Told besides the words of the file: a page opened, how many words it has, which numbers, an error page.
OPENED, WORDS, ERROR = "opened", "words", "error"
TAGS = re.compile(r"<[^>]*>")
NUMBER = re.compile(r"(?<!\S)\d{1,4}(?!\S)")


@dataclass(frozen=True)
class Way:
    """One request by one role; `is_of_file` when its address is one of the file itself, which must not open."""

    role: Role
    method: str
    url: str
    is_of_file: bool = False
    data: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


def ways(world: Protected) -> Iterator[Way]:
    """Those of the walk through the protected file, of the forms that an address fills in, and of the searches."""
    for route in routes():
        for role in AGENTS:
            if held(world.world.agents[role], route.rights or ()):  # else no guard is reached
                yield from _ways_of(route, role, world)
    for role in AGENTS:
        for address, data, headers in searches(world):
            yield Way(role, "post", address, data=tuple(data.items()), headers=tuple(headers.items()))


def _ways_of(route: Route, role: Role, world: Protected) -> Iterator[Way]:
    url = sample(route, world.world)
    yield Way(role, "get", url, in_file(route))
    if in_file(route):
        yield Way(role, "post", url, is_of_file=True)
    for query in queries_of(route, world):
        yield Way(role, "get", f"{url}?{query}")
    for query in QUESTIONS.get(route.name, list)():
        yield Way(role, "get", f"{url}?{query}", in_file(route))


def _sections() -> list[str]:
    """Each section of the printed file by itself."""
    return [f"imprimer=1&sections={code}" for code, _section in summary.items()]


def _filters() -> list[str]:
    """The first and the last answer to each question that an app asks of households."""
    asked = {
        one.code: one.field(None).choices for one in HOUSEHOLDS.filters.values() if one.group == OTHER_DOMAINS
    }
    ends = [(code, choices[end][0]) for code, choices in asked.items() for end in (1, -1)]
    return ["entretien_du=01/01/2026", *(f"{code}={value}" for code, value in ends)]


# Pages that ask more of the apps when their address does.
QUESTIONS = {"households:summary": _sections, "households:list": _filters}


def secrets_of(world: Protected) -> tuple[str, ...]:
    """The words of the file, its numbers, and the identifiers of everything in it."""
    kwargs = world.world.kwargs
    keys = {str(kwargs[name]) for name in IN_FILE if isinstance(kwargs[name], UUID)}
    return (*CANARIES, world.world.household.number, world.right_number, *sorted(keys))


def told(client: StrictClient, way: Way, secrets: Iterable[str]) -> Counter[str]:
    """How many times each secret shows in the answer, and each number; what the request wrote is undone."""
    try:
        with undone():
            response = getattr(client, way.method)(way.url, dict(way.data), headers=dict(way.headers))
            text = text_of(response)
    except Exception:
        return Counter({ERROR: 1})
    found = Counter({secret: count for secret in secrets if (count := text.count(secret))})
    plain = TAGS.sub(" ", text)
    found[WORDS] = len(plain.split())
    found.update(NUMBER.findall(plain))
    if way.is_of_file and response.status_code not in REFUSED:
        found[OPENED] = 1
    return found


@dataclass
class Map:
    """What every way told, and the ways that go through each code."""

    told: dict[Way, Counter[str]]
    through: dict[CodeType, list[Way]]


def drawn(
    functions: Iterable[FunctionType],
    every: Iterable[Way],
    clients: Mapping[Role, StrictClient],
    secrets: Iterable[str],
) -> Map:
    """The ways, each gone once, as the functions are at this moment."""
    found = Map({}, {})
    with met(functions) as entered:
        for way in every:
            entered.clear()
            found.told[way] = told(clients[way.role], way, secrets)
            for code in entered:
                found.through.setdefault(code, []).append(way)
    return found
