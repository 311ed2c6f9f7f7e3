"""The three ways in which a guard of access is seen to be one (docs/testing.md, « Mutation »)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import CodeType, FunctionType
from typing import Any
from uuid import UUID

from cias.accounts.enums import Role
from cias.core.access import has_any
from tests.access.foreign import Foreign, owners
from tests.access.mutating import Mutant, guarded_files, laid_bare, live_function, met, mutants, running
from tests.access.test_foreign_ids import Attempt, attempts, made
from tests.access.test_protected_files import Protected
from tests.access.walking import acting_client_of, held, routes, sample
from tests.access.ways import ERROR, Way, drawn, secrets_of, told, ways
from tests.access.world import World
from tests.client import StrictClient

# How many requests are tried at most for one guard: what shows nothing in these is for a named test.
TRIED = 60

type Guards = dict[Mutant, FunctionType]
type Clients = Mapping[Role, StrictClient]
type Codes = Mapping[FunctionType, CodeType]


def every_guard() -> Guards:
    found = {}
    for path in guarded_files():
        for one in mutants(path):
            function = live_function(one)
            assert function is not None, f"{one} cannot be reached by its name"
            found[one] = function
    return found


def seen_by_the_walk(guards: Guards, clients: Clients, world: Protected) -> dict[Mutant, Way]:
    """For each guard seen, a request through the protected file that tells more of it without that guard."""
    secrets = secrets_of(world)
    whole = drawn(guards.values(), ways(world), clients, secrets)
    found = {}
    for one, function in guards.items():
        through = whole.through.get(function.__code__, ())[:TRIED]
        for way in through:
            if _tells_more(way, clients, secrets, {function: one.code}, {}, then=whole.told[way]):
                found[one] = way
                break
    return found


def seen_by_the_forms(
    guards: Guards, clients: Clients, world: World, foreign: Foreign
) -> dict[Mutant, Attempt]:
    """For each guard seen, a form that accepts an identifier of a closed file, or tells of that, without it."""
    through: dict[CodeType, list[tuple[Role, Attempt]]] = {}
    known = owners()
    with met(guards.values()) as entered:
        for role, client in clients.items():
            for attempt in list(attempts(client, world.agents[role], world, foreign, known)):
                entered.clear()
                assert not made(attempt, client, foreign), attempt
                for code in entered:
                    through.setdefault(code, []).append((role, attempt))
    found = {}
    for one, function in guards.items():
        tries = through.get(function.__code__, [])[:TRIED]
        with running({function: one.code}):
            for role, attempt in tries:
                if _accepted(attempt, clients[role], foreign):
                    found[one] = attempt
                    break
    return found


def _accepted(attempt: Attempt, client: StrictClient, foreign: Foreign) -> bool:
    try:
        return bool(made(attempt, client, foreign))
    except Exception:
        return False  # an error page would be noticed, but says nothing of what the guard keeps


def seen_behind_others(
    guards: Guards, missed: Guards, clients: Clients, world: Protected
) -> dict[Mutant, Way]:
    """For each guard seen, a request that tells less when, of all the guards of its kind, this one alone stands.

    Where rows are asked for (`….for_user(user)`) and where a model says what that leaves out are two kinds: the
    first is worth nothing without the second, so that each is tried with the other one whole.
    """
    found = {}
    for is_definition in (False, True):
        bare = {fn: laid_bare(one) for one, fn in guards.items() if one.is_definition == is_definition}
        tried = {one: fn for one, fn in missed.items() if one.is_definition == is_definition}
        found.update(_alone(tried, bare, clients, world))
    return found


def seen_behind_the_right(guards: Guards, world: World) -> dict[Mutant, Way]:
    """For each guard seen, a page that opens or tells more, without it, to who does not hold the right of that page.

    The right is not asked for meanwhile: such a guard keeps the rows even from a page that would forget to declare it.
    """
    agent = world.agents[Role.ADMIN]  # who holds the fewest
    keys = sorted({str(one) for one in world.kwargs.values() if isinstance(one, UUID)})
    refused = [route for route in routes() if not held(agent, route.rights or ())]
    asked = [
        Way(agent.role, method, sample(route, world), is_of_file=bool(route.parameters))
        for route in refused
        for method in ("get", "post")
    ]
    client = {agent.role: acting_client_of(agent)}
    found = {}
    nobody_asks = {has_any: _everybody.__code__}
    with running(nobody_asks):
        whole = drawn(guards.values(), asked, client, keys)
    for one, function in guards.items():
        for way in whole.through.get(function.__code__, [])[:TRIED]:
            if _tells_more(
                way, client, keys, {**nobody_asks, function: one.code}, nobody_asks, then=whole.told[way]
            ):
                found[one] = way
                break
    return found


def _everybody(user: Any, rights: tuple[str, ...]) -> bool:
    return True


def _alone(
    tried: Guards, bare: dict[FunctionType, CodeType], clients: Clients, world: Protected
) -> dict[Mutant, Way]:
    secrets = secrets_of(world)
    with running(bare):
        opened = drawn(bare, ways(world), clients, secrets)
    found = {}
    for one, function in tried.items():
        kept = {**bare, function: laid_bare(one, but_for_itself=True)}
        for way in opened.through.get(bare[function], ())[:TRIED]:
            if opened.told[way] - _asked(way, clients, secrets, kept) and _tells_more(
                way, clients, secrets, bare, kept
            ):
                found[one] = way
                break
    return found


def _asked(way: Way, clients: Clients, secrets: Iterable[str], codes: Codes) -> Counter[str]:
    with running(codes):
        return told(clients[way.role], way, secrets)


def _tells_more(
    way: Way,
    clients: Clients,
    secrets: Iterable[str],
    without: Codes,
    within: Codes,
    then: Counter[str] | None = None,
) -> bool:
    """Whether this request tells more `without` a guard than `within` it, and does when asked again; `then` is what it
    told `within` it a while ago."""
    more = _asked(way, clients, secrets, without)
    if ERROR in more or (then is not None and not more - then):
        return False
    less = _asked(way, clients, secrets, within)
    if ERROR in less or not more - less:
        return False
    return (more, less) == tuple(_asked(way, clients, secrets, codes) for codes in (without, within))
