"""Rights files of every age: granted and running, at the authority, waiting for pieces, abandoned."""

from datetime import date, timedelta
from decimal import Decimal

from cias.core.deadlines import add_months
from cias.demo.world import File, World
from households.enums import MainResource
from rights.enums import Channel, ClosingReason, Decision, FileState, Opinion, PieceState
from rights.models import FileMove, FilePiece, FileSeries, Right, RightsFile

S = FileState
WEIGHTS = {
    "css": 24, "rsa": 12, "apl": 12, "prestations-familiales": 9, "fsl": 14, "aah": 6, "apa": 5,
    "aspa": 4, "are": 3, "logement-social": 8, "cheque-energie": 4, "surendettement": 4,
}  # fmt: skip
# Monthly euros when granted, in whole euros; rights in kind have none.
AMOUNTS = {
    "rsa": (420, 980), "apl": (110, 340), "prestations-familiales": (76, 420), "aah": (500, 1041), "apa": (180, 620),
    "aspa": (150, 1040), "are": (620, 1180),
}  # fmt: skip
REASONS = (
    ClosingReason.TOO_COMPLEX, ClosingReason.NO_NEWS, ClosingReason.NOT_WANTED, ClosingReason.NOT_ELIGIBLE, ClosingReason.FEAR,
)  # fmt: skip
OPINIONS = {
    Opinion.FAVOURABLE: "Situation vérifiée avec la personne, pièces concordantes : la demande nous paraît fondée.",
    Opinion.RESERVED: "La situation a changé depuis les justificatifs fournis : les ressources du trimestre sont à revoir.",
    Opinion.UNFAVOURABLE: "Les ressources déclarées dépassent le plafond ; la personne a souhaité déposer sa demande.",
}


class _Path:
    """One file on its way: the states it has been through, with their days."""

    def __init__(self, file: RightsFile) -> None:
        self.file = file
        self.moves = [FileMove(file=file, to_state=S.DRAFT, on=file.opened_on, by=file.agent)]

    def move(self, state: FileState, on: date, reason: str = "", **values: object) -> None:
        before = {name: getattr(self.file, name) for name in values}
        move = FileMove(file=self.file, from_state=self.file.state, to_state=state, on=on, by=self.file.agent,
                        reason=reason, before=before)  # fmt: skip
        self.moves.append(move)
        self.file.state = state
        for name, value in values.items():
            setattr(self.file, name, value)


def create_claims(world: World) -> None:
    rights = {right.code: right for right in Right.objects.prefetch_related("rules__delays", "pieces")}
    weights = {rights[code]: weight for code, weight in WEIGHTS.items() if code in rights}
    planned = sorted(
        (
            (world.day_between(file.opened_on, min(file.closed_on or world.today, world.today)), rank, file)
            for file in world.files
            for rank in range(world.random.choices((0, 1, 2, 3), (38, 36, 18, 8))[0])
        ),
        key=lambda row: (row[0], row[2].household.number, row[1]),
    )
    files: list[RightsFile] = []
    moves: list[FileMove] = []
    pieces: list[FilePiece] = []
    series: dict[int, int] = {}
    taken: set = set()
    for opened_on, _rank, file in planned:
        right = _right_for(world, file, weights)
        if (file.household.pk, right.pk) in taken:
            continue
        taken.add((file.household.pk, right.pk))
        series[opened_on.year] = series.get(opened_on.year, 0) + 1
        path = _claim(world, file, right, opened_on, f"D-{opened_on.year}-{series[opened_on.year]:05d}")
        files.append(path.file)
        moves.extend(path.moves)
        pieces.extend(_pieces(world, file, path.file))
    for claim in files:
        claim.compute_due()
    RightsFile.objects.bulk_create(files, batch_size=1000)
    FileMove.objects.bulk_create(moves, batch_size=2000)
    FilePiece.objects.bulk_create(pieces, batch_size=2000)
    FileSeries.objects.bulk_create(FileSeries(year=year, last=last) for year, last in series.items())


def _right_for(world: World, file: File, weights: dict[Right, int]) -> Right:
    """Families ask for family benefits, pensioners for those of old age, and the others for neither."""
    old = file.main_resource in (MainResource.PENSION, MainResource.ASPA)
    while True:
        right = world.pick(weights)
        if right.code == "prestations-familiales" and not file.children:
            continue
        if right.code in ("apa", "aspa") and not old:
            continue
        if old and right.code in ("rsa", "are", "aah", "prestations-familiales"):
            continue
        return right


def _claim(world: World, file: File, right: Right, opened_on: date, number: str) -> _Path:
    random, today = world.random, world.today
    claim = RightsFile(
        number=number, household=file.household, applicant=file.persons[0], right=right, opened_on=opened_on,
        agent=file.referent or random.choice(world.workers),
    )  # fmt: skip
    path = _Path(claim)
    deposit = opened_on + timedelta(days=random.randint(0, 6))
    complete = deposit + timedelta(days=int(random.triangular(0, 45, 9)))
    sent = complete + timedelta(days=random.randint(0, 5))
    decided = sent + timedelta(days=int(random.triangular(12, 95, 34)))
    if deposit > today:
        return path
    path.move(S.BUILDING, deposit, deposit_on=deposit)
    if world.chance(7):
        left = deposit + timedelta(days=random.randint(20, 70))
        if left <= today:
            reason = random.choice(REASONS)
            path.move(S.ABANDONED, left, reason=reason.label, closed_on=left, closing_reason=reason)
            return path
    if complete > today or (complete > today - timedelta(days=50) and world.chance(25)):
        return path
    path.move(S.COMPLETE, complete, completed_on=complete)
    claim.opinion = world.pick({Opinion.FAVOURABLE: 90, Opinion.RESERVED: 8, Opinion.UNFAVOURABLE: 2})
    claim.opinion_text = OPINIONS[claim.opinion]
    if sent > today:
        return path
    path.move(
        S.TRANSMITTED, sent, transmitted_on=sent, agreement=True,
        channel=world.pick({Channel.ONLINE: 62, Channel.POST: 22, Channel.EMAIL: 12, Channel.REGISTERED: 4}),
    )  # fmt: skip
    if decided <= today:
        _decide(world, path, decided)
    return path


def _decide(world: World, path: _Path, decided: date) -> None:
    random, claim = world.random, path.file
    notified = min(decided + timedelta(days=random.randint(1, 9)), world.today)
    if world.chance(17):
        path.move(S.REFUSED, decided, decision=Decision.REFUSED, decision_on=decided, notified_on=notified)
        if notified + timedelta(days=70) < world.today:
            end = notified + timedelta(days=70)
            path.move(S.CLOSED, end, closed_on=end, closing_reason=ClosingReason.REFUSAL_ACCEPTED)
        return
    low_high = AMOUNTS.get(claim.right.code)
    amount = Decimal(random.randint(*low_high)) if low_high else None
    start = add_months(decided.replace(day=1), 1)
    until = add_months(start, 12) - timedelta(days=1)
    path.move(
        S.GRANTED, decided, decision=Decision.GRANTED, decision_on=decided, notified_on=notified, amount=amount,
        rights_from=start, rights_until=until,
    )  # fmt: skip
    if notified <= world.today:
        path.move(S.OPEN, notified)
    if until < world.today - timedelta(days=20):
        reason = ClosingReason.RENEWED if world.chance(60) else ClosingReason.ENDED
        path.move(S.CLOSED, until, closed_on=until, closing_reason=reason)


def _pieces(world: World, file: File, claim: RightsFile) -> list[FilePiece]:
    """Everything arrived in a complete file; in the others some pieces are still expected."""
    random = world.random
    rows = []
    for piece in claim.right.pieces.all():
        if not piece.is_active:
            continue
        for person in file.persons if piece.per_person else [None]:
            row = FilePiece(
                file=claim,
                required=piece,
                person=person,
                mandatory=piece.mandatory,
                position=piece.display_order,
            )
            if claim.completed_on or (claim.deposit_on and world.chance(55)):
                last = claim.completed_on or world.today
                row.state = PieceState.RECEIVED
                row.received_on = world.day_between(claim.deposit_on or claim.opened_on, last)
                row.received_by = claim.agent if world.chance(60) else world.users["accueil"]
                desk = row.received_by is not claim.agent and row.received_on > world.today - timedelta(
                    days=4
                )
                row.checked_on = None if desk else row.received_on
                row.issued_on = row.received_on - timedelta(days=random.randint(2, 60))
            rows.append(row)
    return rows
