"""The Département's files in each of their states, référents who change, and requests for another orientation."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Min

from cias.demo.world import World
from households.enums import TakeOverJobKind
from households.takeover.mapping import from_json
from households.takeover.services import save_mapping
from insertion.enums import OrientationKind
from insertion.imports import services
from insertion.imports.job import do_here
from insertion.models import DepartmentIdentity, Orientation, OrientationImport, ReorientationRequest
from insertion.orientations import requests
from insertion.orientations.enums import Asker
from insertion.orientations.services import change_referent
from insertion.pathways import running

DATA = Path(settings.BASE_DIR) / "insertion/data"
AGO = timedelta(days=4, hours=3)
REASONS = (
    (OrientationKind.PROFESSIONAL, "France Travail", "La garde des enfants est trouvée\u00a0: Madame souhaite chercher un emploi."),
    (OrientationKind.SOCIAL, "", "Des soins réguliers depuis l’été\u00a0: Monsieur demande à lever d’abord cet obstacle."),
    (OrientationKind.MIXED, "", "Le logement est stabilisé\u00a0; une formation peut commencer à côté du suivi social."),
    (OrientationKind.PROFESSIONAL, "Cap emploi", "Le handicap est reconnu\u00a0: un accompagnement spécialisé est demandé."),
    (OrientationKind.SOCIAL, "", "Un parent malade à domicile\u00a0: les heures prévues ne sont pas tenables."),
)  # fmt: skip


def create_orientations(world: World) -> None:
    """Today's files are those anybody may try: insertion/data. Past figures do not move."""
    _create_files(world)
    orientations = list(
        running(Orientation.objects.filter(household__closed_on=None, referent__isnull=False), world.today)
        .select_related("person", "household", "referent")
        .order_by("start", "pk")
    )
    _change_referents(world, world.random.sample(orientations, min(12, len(orientations))))
    _ask(world, world.random.sample(orientations, min(15, len(orientations))))
    _say_since_when(world)


def _say_since_when(world: World) -> None:
    """The Département's older files told it of nine persons in ten: months or years before their first orientation."""
    oriented = Orientation.objects.filter(person__department_identity=None).values_list("person")
    first = oriented.annotate(first=Min("start")).order_by("first", "person")
    DepartmentIdentity.objects.bulk_create(
        DepartmentIdentity(person_id=person, rsa_since=start - timedelta(days=world.random.randint(20, 2600)))
        for person, start in first
        if world.random.random() < 0.9
    )


def _create_files(world: World) -> None:
    """One file imported this week, its three problem rows explained; the one of this morning, verified only."""
    done = _received(world, "exemple-departement.csv", "Orientations RSA octobre.csv")
    _run(done, TakeOverJobKind.CHECK)
    save_mapping(takeover=done, name="Fichier mensuel du Département")
    _run(done, TakeOverJobKind.IMPORT)
    OrientationImport.objects.filter(pk=done.pk).update(
        created_at=world.now - AGO, imported_at=world.now - AGO
    )
    known = (
        running(
            Orientation.objects.filter(household__closed_on=None, person__birth_date__isnull=False),
            world.today,
        )
        .select_related("person")
        .order_by("pk")[:4]
    )
    lines = (DATA / "exemple-departement.csv").read_text("utf-8-sig").splitlines()
    day = f"{world.today - timedelta(days=2):%d/%m/%Y}"
    for rank, orientation in enumerate(known):
        person = orientation.person
        lines.append(
            f"77002{rank:02d};;{person.birth_name.upper()};{person.first_names};{person.birth_date:%d/%m/%Y};;"
            f"28000 CHARTRES;DEM;IO-42{rank:02d};;;;;CIAS;Sociale;{day};;"
        )
    batch = _received(
        world, "Orientations RSA novembre.csv", "Orientations RSA novembre.csv", "\n".join(lines).encode()
    )
    _run(batch, TakeOverJobKind.CHECK)


def _received(world: World, source: str, name: str, content: bytes | None = None) -> OrientationImport:
    batch = services.receive(
        by=world.users["ts1"], name=name, content=content or (DATA / source).read_bytes()
    )
    return services.set_columns(
        batch=batch,
        columns=from_json(batch.columns),
        notified_on=None,
        save_as=batch.options.get("mapping", ""),
    )


def _run(batch: OrientationImport, kind: TakeOverJobKind) -> None:
    do_here(services.request_run(batch=batch, kind=kind, by=batch.created_by))
    batch.refresh_from_db()


def _change_referents(world: World, orientations: list[Orientation]) -> None:
    workers = [user for key, user in sorted(world.users.items()) if key.startswith("ts")]
    for orientation in orientations:
        agent = world.random.choice([user for user in workers if user != orientation.referent])
        days = (world.today - orientation.start).days
        on = orientation.start + timedelta(days=world.random.randint(0, days))
        change_referent(
            by=world.users["ts1"], orientation=orientation, referent=agent, on=on, reason="Secteur réorganisé"
        )


def _ask(world: World, orientations: list[Orientation]) -> None:
    """To send, sent, refused, withdrawn, accepted: three of each."""
    for rank, orientation in enumerate(orientations):
        others = [one for one in REASONS if one[0] != orientation.kind]
        kind, structure, reason = others[rank % len(others)]
        asked = max(orientation.start, world.today - timedelta(days=world.random.randint(25, 60)))
        by = orientation.referent or world.users["ts1"]
        request = requests.ask(
            by=by, orientation=orientation, requested_on=asked, wanted_kind=kind, wanted_structure=structure,
            asked_by=world.random.choice(Asker.values), reason=reason, sent_on=None if rank % 5 == 0 else asked,
        )  # fmt: skip
        _answer(world, request, rank % 5)


def _answer(world: World, request: ReorientationRequest, state: int) -> None:
    by, on = request.written_by, min(world.today, request.requested_on + timedelta(days=12))
    if state == 2:
        requests.refuse(by=by, request=request, on=on, answer="Situation à revoir dans six mois.")
    elif state == 3:
        requests.withdraw(by=by, request=request, on=on, reason="La personne préfère continuer ainsi.")
    elif state == 4 and (on - request.orientation.start).days >= 7:
        structure = request.wanted_structure or request.orientation.structure
        requests.accept(
            by=by, request=request, on=on, kind=request.wanted_kind, start=on, structure=structure
        )
