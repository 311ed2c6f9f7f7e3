"""What authorities answer, and what follows: silence, pieces asked for, renewals under way, a NIR where needed."""

from datetime import timedelta
from itertools import islice

from cias.core.nir import key
from cias.demo.world import World
from households.enums import Title
from rights import services
from rights.deadlines import DeadlineKind, silence_of
from rights.enums import FileState, Silence
from rights.models import RightsFile
from rights.services.decisions import SILENCE_GIVES

ASKED, SILENT, RENEWED, NUMBERED = 5, 4, 6, 8
LABELS = (
    "Relevé d’identité bancaire lisible",
    "Attestation de la caisse de retraite",
    "Avis d’impôt du conjoint",
)


def create_answers(world: World) -> None:
    sent = [file for file in _files(FileState.TRANSMITTED) if file.right.code != "ash"]
    late = [(file, silence) for file in sent if (silence := silence_of(file)) and silence.due < world.today]
    for means in (Silence.REJECTED, Silence.ACCEPTED):
        for file, silence in islice((row for row in late if row[1].means == means), SILENT):
            services.decide(by=file.agent, file=file, decision=SILENCE_GIVES[means], on=silence.due)
    silent = {file.pk for file, _silence in late}
    waiting = (file for file in sent if file.pk not in silent and file.transmitted_on != world.today)
    for rank, file in enumerate(islice(waiting, ASKED)):
        services.ask_pieces(
            by=file.agent,
            file=file,
            on=world.today,
            due_on=world.today + timedelta(days=14 + rank),
            labels=LABELS[: 1 + rank % len(LABELS)],
        )
    _renewals(world)
    for file in islice((file for file in _files(FileState.BUILDING) if file.right.needs_nir), NUMBERED):
        services.write_nir(by=file.agent, file=file, number=_nir(file))


def _renewals(world: World) -> None:
    due = RightsFile.objects.filter(
        state=FileState.OPEN,
        due_kind=DeadlineKind.RENEWAL,
        due_from__lte=world.today,
        household__closed_on=None,
    )
    for file in due.select_related("right", "household", "applicant", "agent").order_by("number")[:RENEWED]:
        services.start_renewal(by=file.agent, file=file, agent=file.agent, on=world.today)


def _files(state: FileState) -> list[RightsFile]:
    files = RightsFile.objects.filter(state=state, household__closed_on=None).order_by("number")
    related = files.select_related("right", "household", "applicant", "agent")
    return list(related.prefetch_related("right__rules__delays"))


def _nir(file: RightsFile) -> str:
    """An invented number that agrees with the person's title and birth, born in Chartres."""
    person = file.applicant
    born = person.birth_date
    sex = "1" if person.title == Title.MR else "2"
    body = f"{sex}{born:%y%m}28085{int(file.number[-3:]):03d}" if born else "1990128085001"
    return f"{body}{key(body):02d}"
