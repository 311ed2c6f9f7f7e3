"""Tasks between agents, a cover, files given to colleagues, closed or reopened: what a caseload goes through.

Its own source of chance: nothing made before or after depends on it.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from random import Random

import pgtrigger
from django.utils import timezone

from cias.accounts.models import User
from cias.core.deadlines import roll_to_working_day
from cias.demo.world import File, World
from households.caseload import Selection, plan_reassignment
from households.contacts import with_last_contact, without_contact
from households.enums import ClosingOutcome, ClosingReason, Domain, TaskState
from households.models import Household, Task
from households.services import Closure, close_households, create_cover, reassign, reopen_household

SEED = 27
TASKS_OF_A_FILE = (
    ("Rappeler la CAF au sujet du dossier APL", Domain.RIGHTS),
    ("Demander l’attestation de loyer au bailleur", Domain.HOUSING),
    ("Vérifier que la carte Vitale est à jour", Domain.RIGHTS),
    ("Envoyer la liste des pièces par courrier", Domain.RIGHTS),
    ("Relancer le bailleur pour le plan d’apurement", Domain.HOUSING),
    ("Prévenir la mission locale du changement d’adresse", Domain.INSERTION),
    ("Imprimer le CV pour le prochain rendez-vous", Domain.INSERTION),
    ("Commander le kit d’économie d’énergie", Domain.ENERGY),
    ("Rappeler après la visite du conseiller énergie", Domain.ENERGY),
    ("Prendre des nouvelles", ""),
    ("Préparer la synthèse avant la commission", ""),
)
OWN_TASKS = (
    "Préparer l’atelier budget",
    "Compléter le tableau des permanences",
    "Relire la plaquette d’accueil",
)
ASKED_AT_THE_DESK = (
    "Rappeler, demande où en est son dossier",
    "Rappeler avant vendredi",
    "Confirmer l’heure par téléphone",
)
ASKED_BY_THE_DIRECTION = ("Point sur les dossiers en retard", "Chiffres de la permanence pour le comité")
# Days from today: late, today, in the week, later.
DUES = (-9, -3, -1, 0, 0, 1, 2, 4, 6, 12, 20, 34)
GIVEN_AWAY, CLOSED_TOGETHER, REOPENED = 14, 5, 4
OUTCOMES = {
    ClosingReason.SOLVED: (ClosingOutcome.REACHED, ClosingOutcome.REACHED, ClosingOutcome.PARTLY),
    ClosingReason.REFERRED: (ClosingOutcome.RELAYED, ClosingOutcome.RELAYED, ClosingOutcome.PARTLY),
    ClosingReason.NO_NEWS: (ClosingOutcome.NO_FOLLOW_UP, ClosingOutcome.NOT_REACHED, ClosingOutcome.PARTLY),
}
USUAL = (ClosingOutcome.PARTLY, ClosingOutcome.REACHED, ClosingOutcome.NOT_REACHED)


def outcome_of(reason: str, number: str) -> str:
    """What a closed file came to: it goes with the reason, and depends on nothing but the file's number."""
    choices = OUTCOMES.get(ClosingReason(reason), USUAL)
    return choices[int(number[-5:]) % len(choices)]


def create_caseload(world: World) -> None:
    chance = Random(SEED)
    _write_tasks(list(_tasks(world, chance)), world)
    direction, workers = world.users["direction"], world.workers
    create_cover(
        by=direction, agent=workers[2], substitute=workers[0], start=world.today,
        end=world.today + timedelta(days=11), note="Deux audiences d’expulsion cette semaine-là.",
    )  # fmt: skip
    create_cover(
        by=workers[7], agent=workers[7], substitute=workers[9], start=world.today + timedelta(days=20),
        end=world.today + timedelta(days=34),
    )  # fmt: skip
    _give_away(world, direction, workers)
    _close_dormant(world, workers[5])
    for file in [file for file in world.files if file.closed_on is not None][-REOPENED:]:
        reopen_household(by=direction, household=file.household, reason="Nouvelle demande d’aide au logement")


def _write_tasks(tasks: list[Task], world: World) -> None:
    """Each was written some days before it was due or done, whatever the day of the demonstration."""
    Task.objects.bulk_create(tasks)
    for rank, task in enumerate(tasks):
        known = min(task.due_on, world.today)
        task.created_at = world.morning((world.today - known).days + 2 + rank % 9)
    with pgtrigger.ignore("households.Task:update_update"):
        Task.objects.bulk_update(tasks, ["created_at"])


def _tasks(world: World, chance: Random) -> Iterator[Task]:
    for agent in world.workers:
        files = [file for file in world.files if file.referent == agent and file.is_open_on(world.today)]
        for offset in DUES:
            if files and chance.random() < 0.75:
                yield _task(world, chance, agent, chance.choice(files), offset)
        yield _own(world, chance, agent)
        yield from _done(world, chance, agent, files)
    psychologist = world.users["psy"]
    yield Task(
        title="Préparer la permanence de janvier", due_on=world.today + timedelta(days=5), agent=psychologist,
        created_by=psychologist, seen_at=world.now,
    )  # fmt: skip


def _task(world: World, chance: Random, agent: User, file: File, offset: int) -> Task:
    title, domain = chance.choice(TASKS_OF_A_FILE)
    asked_by = chance.choices((agent, world.users["accueil"], chance.choice(world.workers)), (70, 15, 15))[0]
    if asked_by == world.users["accueil"]:
        title, domain = chance.choice(ASKED_AT_THE_DESK), ""
    postponed = offset > 0 and chance.random() < 0.25
    return Task(
        title=title, domain=domain, household=file.household, agent=agent, created_by=asked_by,
        due_on=roll_to_working_day(world.today + timedelta(days=offset)),
        postponements=chance.randint(1, 3) if postponed else 0,
        seen_at=None if asked_by != agent and chance.random() < 0.6 else world.now,
    )  # fmt: skip


def _own(world: World, chance: Random, agent: User) -> Task:
    direction = world.users["direction"]
    asked = chance.random() < 0.3
    return Task(
        title=chance.choice(ASKED_BY_THE_DIRECTION if asked else OWN_TASKS), agent=agent,
        created_by=direction if asked else agent, seen_at=None if asked else world.now,
        due_on=roll_to_working_day(world.today + timedelta(days=chance.randint(1, 9))),
    )  # fmt: skip


def _done(world: World, chance: Random, agent: User, files: list[File]) -> Iterator[Task]:
    """What was done over the last weeks, this morning too."""
    for days in (0, 2, 5, 9, 16, 23, 40):
        if not files:
            return
        title, domain = chance.choice(TASKS_OF_A_FILE)
        day = world.today - timedelta(days=days)
        at = datetime.combine(day, time(8, chance.randint(1, 59)), timezone.get_default_timezone())
        yield Task(
            title=title, domain=domain, household=chance.choice(files).household, agent=agent, created_by=agent,
            due_on=day, state=TaskState.DONE, state_at=min(at, world.now), state_by=agent, seen_at=min(at, world.now),
        )  # fmt: skip


def _give_away(world: World, direction: User, workers: list[User]) -> None:
    """The last of the agents works part-time from now on: some files go to two colleagues."""
    selection = Selection(targets=(workers[10], workers[11]), referent=workers[12], most=GIVEN_AWAY)
    plan = plan_reassignment(direction, selection, world.today)
    if plan.moves:
        reassign(
            by=direction, selection=selection, digest=plan.digest, note="Passage à temps partiel de Rachid."
        )


def _close_dormant(world: World, agent: User) -> None:
    """Files nothing was heard of for a year and a half, closed together after three letters."""
    mine = Household.objects.active().filter(assignments__agent=agent, assignments__end=None)
    silent = with_last_contact(without_contact(mine, world.today, 18)).order_by("last_contact", "number")
    closure = Closure(
        on=world.today, reason=ClosingReason.NO_NEWS, outcome=ClosingOutcome.NO_FOLLOW_UP,
        note="Trois courriers sans réponse, téléphone coupé.",
    )  # fmt: skip
    close_households(by=agent, households=silent[:CLOSED_TOGETHER], closure=closure)
