"""Optional aid: a règlement, the year's envelopes, past sessions with what followed, and one of 30 requests to run."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from cias.accounts.models import User
from cias.core.calendar import is_working_day
from cias.core.deadlines import add_months
from cias.core.periods import PARIS
from cias.core.sources import Certainty
from cias.demo.world import File, World
from households.budgets.reading import statement_of, with_lines
from households.models import Budget
from households.services.budgets import LineData, freeze_budget, write_budget
from rights.aids.enums import (
    AidDecision,
    AidForm,
    AidNature,
    AidState,
    NoticeChannel,
    Office,
    PayeeKind,
    PaymentChannel,
    PaymentMeans,
    Seat,
    SessionState,
)
from rights.aids.schedule import instalments
from rights.aids.services import (
    ask_emergency,
    create_session,
    decide_by_delegation,
    list_requests,
    open_request,
    propose,
    repay,
)
from rights.aids.services.requests import take_number
from rights.aids.sheets import build_sheet
from rights.enums import Opinion
from rights.models import (
    AgendaItem,
    AidEnvelope,
    AidKind,
    AidMove,
    AidPayment,
    AidRegulation,
    AidRequest,
    AidRule,
    AidSession,
    BoardMember,
    SessionSeat,
)

S = AidState
DELIBERATION = "Délibération 2025-31 du 11 décembre 2025"
SCALE_LIMIT = Decimal(11)
SCALE = [{"up_to": "7.00", "share": "100"}, {"up_to": "11.00", "share": "60"}]
# Code, name, nature, form, ceiling a request, ceiling a year, months between two, repayable, delegated up to, envelope.
KINDS = (
    ("alimentaire", "Aide alimentaire", AidNature.FOOD, AidForm.VOUCHER, 150, 450, 2, False, 100, 9000),
    ("energie", "Secours énergie et eau", AidNature.ENERGY, AidForm.CASH, 400, 600, 12, False, None, 14000),
    ("logement", "Maintien dans le logement", AidNature.HOUSING, AidForm.CASH, 600, 600, 12, False, None, 12000),
    ("avance", "Avance remboursable", AidNature.OTHER, AidForm.CASH, 500, 500, 24, True, None, 8000),
    ("sante-mobilite", "Santé et mobilité", AidNature.OTHER, AidForm.CASH, 300, 450, 6, False, None, 5000),
)  # fmt: skip
PURPOSES: dict[str, tuple[str, ...]] = {
    "alimentaire": (
        "Rupture de ressources le temps de l’ouverture des droits.",
        "Dépenses de rentrée plus fortes que prévu, plus rien pour finir le mois.",
    ),
    "energie": (
        "Facture de régularisation d’électricité après un hiver froid.",
        "Impayé de gaz pendant un arrêt maladie.",
    ),
    "logement": (
        "Deux mois de loyer impayés après une séparation.",
        "Dette de loyer pendant le passage du salaire au chômage.",
    ),
    "avance": ("Réparation du véhicule qui sert à aller travailler.", "Remplacement d’un réfrigérateur en panne."),
    "sante-mobilite": ("Reste à charge de lunettes.", "Abonnement de transport pour une formation."),
}  # fmt: skip
PAYEES = {
    "alimentaire": (PayeeKind.PERSON, ""), "energie": (PayeeKind.SUPPLIER, "EDF"),
    "logement": (PayeeKind.LANDLORD, "Chartres Métropole Habitat"), "avance": (PayeeKind.OTHER, "Garage de la Gare"),
    "sante-mobilite": (PayeeKind.SUPPLIER, "Optique du Centre"),
}  # fmt: skip
MEMBERS = (
    ("Françoise Aubert", Seat.ELECTED, Office.PRESIDENT, "Chartres", "ca"),
    ("Bernard Huet", Seat.ELECTED, Office.VICE, "Lucé", ""),
    ("Nathalie Rousseau", Seat.ELECTED, Office.MEMBER, "Mainvilliers", ""),
    ("Gérard Petit", Seat.ELECTED, Office.MEMBER, "Le Coudray", ""),
    ("Odile Marchais", Seat.NOMINATED, Office.MEMBER, "UDAF", ""),
    ("Karim Belkacem", Seat.NOMINATED, Office.MEMBER, "Insertion et lutte contre les exclusions", ""),
    ("Josiane Thibault", Seat.NOMINATED, Office.MEMBER, "Retraités et personnes âgées", ""),
    ("Hervé Langlois", Seat.NOMINATED, Office.MEMBER, "Personnes handicapées", ""),
)
PROPOSED: dict[Opinion, Callable[[Decimal], Decimal | None]] = {
    Opinion.FAVOURABLE: lambda amount: amount,
    Opinion.RESERVED: lambda amount: (amount * Decimal("0.6")).quantize(Decimal(1)),
    Opinion.UNFAVOURABLE: lambda amount: None,
}
READY, PAST_MONTHS, PAST_SIZE, EMERGENCIES, DRAFTS = 30, 6, 9, 2, 3


def create_aids(world: World) -> None:
    kinds = _settle(world)
    members = _members(world)
    queue = iter(_files(world))
    for months in range(PAST_MONTHS, 0, -1):
        _past_session(world, kinds, members, queue, months)
    for file in islice(queue, EMERGENCIES):
        _emergency(world, kinds["alimentaire"], file)
    ready = [_request(world, kinds, file) for file in islice(queue, READY)]
    for aid in ready:
        propose(by=aid.agent, request=aid)
    if ready:
        session = create_session(
            by=world.users["direction"],
            held_on=world.today,
            starts_at=time(14),
            place="Salle du conseil",
            members=members,
        )
        list_requests(by=world.users["direction"], session=session, requests=ready)
    for file in islice(queue, DRAFTS):
        _request(world, kinds, file)
    for file in islice(queue, 1):
        _waiting_emergency(kinds["alimentaire"], file)


def _files(world: World) -> list[File]:
    """The open files with a budget: mostly those the scale is made for, the latest budgets first to be seen."""
    daily: dict[UUID, Decimal] = {}
    for budget in with_lines(Budget.objects.filter(on__lte=world.today)).order_by("on"):
        value = statement_of(budget).by_code["daily"].value
        if value is not None:
            daily[budget.household_id] = value
    files = [
        file
        for file in world.files
        if file.closed_on is None and file.referent is not None and file.household.pk in daily
    ]
    world.random.shuffle(files)
    return sorted(files, key=lambda file: daily[file.household.pk] > SCALE_LIMIT and not world.chance(10))


def _settle(world: World) -> dict[str, AidKind]:
    """The règlement in force since January, and the envelopes of this year and of the one before."""
    direction, start = world.users["direction"], date(world.today.year, 1, 1)
    AidRegulation.objects.create(
        valid_from=start,
        deliberation=DELIBERATION,
        urgency="Quand le prochain repas ou l’énergie du logement en dépend, la demande se décide le jour même.",
        delegates="Présidence, vice-présidence, direction",
        court="Le tribunal administratif d’Orléans",
        appeal_source="CRPA, art. L411-2\u00a0; CJA, art. R421-1 et R421-5",
        certainty=Certainty.TO_CHECK,
        author=direction,
    )
    kinds = {}
    for code, name, nature, form, ceiling, yearly, delay, repayable, delegated, envelope in KINDS:
        kind = kinds[code] = AidKind.objects.create(code=code, name=name, nature=nature, form=form)
        for valid_from, part in ((date(start.year - 2, 1, 1), Decimal("0.8")), (start, Decimal(1))):
            AidRule.objects.create(
                kind=kind,
                valid_from=valid_from,
                ceiling=ceiling * part,
                yearly_ceiling=yearly * part,
                delay_months=delay,
                scale=SCALE,
                repayable=repayable,
                most_instalments=10 if repayable else None,
                residence_months=3 if code != "alimentaire" else None,
                pieces="Pièce d’identité\nJustificatifs de ressources des trois derniers mois\nFacture ou devis",
                delegation=delegated is not None,
                delegation_ceiling=delegated,
                deliberation=DELIBERATION if part == 1 else "Délibération 2022-18 du 8 décembre 2022",
                author=direction,
            )
        for year in (start.year - 1, start.year):
            AidEnvelope.objects.create(kind=kind, year=year, budget_line="65134", amount=Decimal(envelope))
    return kinds


def _members(world: World) -> list[BoardMember]:
    return [
        BoardMember.objects.create(
            name=name,
            seat=seat,
            office=office,
            body=body,
            user=world.users.get(key) if key else None,
            start=date(world.today.year - 1, 1, 1),
        )
        for name, seat, office, body, key in MEMBERS
    ]


def _values(world: World, kinds: dict[str, AidKind], file: File) -> dict[str, object]:
    code = world.pick({"alimentaire": 30, "energie": 28, "logement": 20, "avance": 12, "sante-mobilite": 10})
    kind = kinds[code]
    rule = kind.rule_on(world.today)
    ceiling = int(rule.ceiling or 300) if rule else 300
    amount = Decimal(
        world.random.randrange(
            40 if code == "alimentaire" else 100, ceiling + (120 if world.chance(12) else 1), 10
        )
    )
    payee_kind, payee = PAYEES[code]
    opinion = world.pick({Opinion.FAVOURABLE: 78, Opinion.RESERVED: 14, Opinion.UNFAVOURABLE: 8})
    return {
        "kind": kind,
        "applicant": file.persons[0],
        "agent": file.referent,
        "amount": amount,
        "payee_kind": payee_kind,
        "payee": payee,
        "purpose": world.random.choice(PURPOSES[code]),
        "evaluation": "Situation revue en entretien\u00a0; les droits ont été vérifiés, les démarches sont en cours.",
        "opinion": opinion,
        "proposed_amount": PROPOSED[opinion](amount),
        "instalments": world.random.choice((4, 5, 8, 10)) if code == "avance" else None,
        "derogation": "Situation sans autre solution ce mois-ci, dette qui menace le logement ou l’énergie.",
    }  # fmt: skip


def _request(world: World, kinds: dict[str, AidKind], file: File) -> AidRequest:
    agent, day = file.referent or world.workers[0], world.today - timedelta(days=world.random.randint(2, 24))
    if not world.chance(10):
        _redo_budget(file, agent, day)
    return open_request(by=agent, household=file.household, opened_on=day, **_values(world, kinds, file))


def _redo_budget(file: File, agent: User, day: date) -> None:
    """The budget was gone through again before the aid was asked for, unless somebody forgot."""
    latest = file.household.budgets.prefetch_related("lines__category", "lines__person").latest("on")
    if latest.on >= day:
        return
    kept = ("category", "amount", "periodicity", "person", "proof", "comment")
    lines = [LineData(**{name: getattr(line, name) for name in kept}) for line in latest.lines.all()]
    write_budget(by=agent, household=file.household, on=day, lines=lines)


def _emergency(world: World, kind: AidKind, file: File) -> None:
    """Asked and decided by delegation since the last session, told to the next one."""
    values = _values(world, dict.fromkeys(PURPOSES, kind), file)
    aid = open_request(
        by=file.referent or world.workers[0],
        household=file.household,
        opened_on=world.today - timedelta(days=3),
        **{**values, "amount": Decimal(80), "proposed_amount": Decimal(80), "urgent": True, "instalments": None,
           "payee_kind": PayeeKind.PERSON, "payee": "", "purpose": PURPOSES["alimentaire"][0]},
    )  # fmt: skip
    propose(by=aid.agent, request=aid)
    decide_by_delegation(
        by=world.users["direction"],
        request=aid,
        decision=AidDecision.GRANTED,
        on=world.today - timedelta(days=2),
        decided_by="Françoise Aubert",
    )


def _waiting_emergency(kind: AidKind, file: File) -> None:
    """Asked this morning: the direction has it to decide."""
    ask_emergency(
        by=file.referent,  # type: ignore[arg-type]
        household=file.household,
        kind=kind,
        amount=Decimal(60),
        applicant=file.persons[0],
        payee_kind=PayeeKind.PERSON,
        payee="",
        purpose=PURPOSES["alimentaire"][0],
        derogation="Plus rien à manger d’ici vendredi, versement attendu lundi.",
    )


def _past_session(
    world: World, kinds: dict[str, AidKind], members: list[BoardMember], queue: Iterator[File], months: int
) -> None:
    day = add_months(world.today.replace(day=12), -months)
    while not is_working_day(day):
        day += timedelta(days=1)
    opened = datetime.combine(day, time(14, 4), PARIS)
    session = AidSession.objects.create(
        held_on=day, starts_at=time(14), place="Salle du conseil", quorum=5, created_by=world.users["direction"],
        state=SessionState.CLOSED, chair=members[0], opened_at=opened, closed_at=opened + timedelta(minutes=70),
    )  # fmt: skip
    absent = world.random.choice(members[1:])
    holder = world.random.choice([member for member in members[1:] if member != absent])
    power = holder if world.chance(50) else None
    SessionSeat.objects.bulk_create(
        SessionSeat(
            session=session,
            member=member,
            present=member != absent,
            proxy=power if member == absent else None,
        )
        for member in members
    )
    voters = len(members) if power else len(members) - 1
    for position, file in enumerate(islice(queue, PAST_SIZE), start=1):
        item = AgendaItem(
            session=session, position=position, decided_at=opened + timedelta(minutes=6 * position)
        )
        item.votes_against, item.abstentions = world.random.randint(0, 1), 0
        item.votes_for = voters - item.votes_against
        _decided(world, kinds, item, file)


def _decided(world: World, kinds: dict[str, AidKind], item: AgendaItem, file: File) -> None:
    """One request of a past session and what followed: told, paid, repaid in part."""
    day, agent = item.session.held_on, file.referent or world.workers[0]
    values = _values(world, kinds, file)
    opened_on = max(file.opened_on, day - timedelta(days=world.random.randint(5, 25)))
    number = take_number(opened_on.year)
    kind: AidKind = values["kind"]  # type: ignore[assignment]
    aid = AidRequest(
        number=number, household=file.household, opened_on=opened_on, rule=kind.rule_on(day), state=S.LISTED,
        snapshot=freeze_budget(by=agent, household=file.household, purpose=f"Aide {number}"), **values,
    )  # fmt: skip
    sheet = build_sheet(aid, day)
    decision = world.pick(
        {AidDecision.GRANTED: 62, AidDecision.PARTIAL: 18, AidDecision.REFUSED: 14, AidDecision.ADJOURNED: 6}
    )
    told = day + timedelta(days=4)
    aid.decision, aid.decision_on, aid.state = decision, day, S.NOTIFIED
    match decision:
        case AidDecision.GRANTED:
            aid.granted_amount = aid.amount
        case AidDecision.PARTIAL:
            aid.granted_amount, aid.decision_reason = (
                (aid.amount / 2).quantize(Decimal(1)),
                "Au plus près du barème.",
            )
        case AidDecision.REFUSED:
            aid.decision_reason = "Le reste à vivre dépasse le barème du règlement."
        case AidDecision.ADJOURNED:
            aid.decision_reason, aid.state = "Devis à fournir.", S.ADJOURNED
    if aid.granted_amount:
        aid.envelope = AidEnvelope.objects.get(kind=kind, year=day.year)
        aid.repayable = bool(aid.rule and aid.rule.repayable)
    if aid.state == S.NOTIFIED:
        aid.notified_on, aid.notice = told, NoticeChannel.POST
    aid.save()
    item.request, item.sheet, item.decision, item.amount = aid, sheet, decision, aid.granted_amount
    item.reason, item.decided_by = aid.decision_reason, world.users["direction"]
    item.save()
    states = [(S.DRAFT, opened_on), (S.PROPOSED, opened_on), (S.LISTED, day)]
    states += [(S.ADJOURNED, day)] if aid.state == S.ADJOURNED else [(S.DECIDED, day), (S.NOTIFIED, told)]
    before = ""
    for state, on in states:
        AidMove.objects.create(
            request=aid, from_state=before, to_state=state, on=on, by=agent,
            item=item if state in (S.LISTED, S.DECIDED, S.ADJOURNED) else None,
        )  # fmt: skip
        before = state
    if aid.granted_amount:
        _pay(world, aid, told + timedelta(days=6))


def _pay(world: World, aid: AidRequest, on: date) -> None:
    if on > world.today or aid.granted_amount is None:
        return
    voucher = aid.kind.form == AidForm.VOUCHER
    AidPayment.objects.create(
        request=aid, by=aid.agent, on=on, amount=aid.granted_amount, payee_kind=aid.payee_kind,
        payee=aid.payee or aid.applicant.full_name,
        means=PaymentMeans.VOUCHER if voucher else PaymentMeans.TRANSFER,
        channel=PaymentChannel.REGIE if voucher else PaymentChannel.MANDATE,
        reference="" if voucher else f"M-{on.year}-{world.random.randint(1000, 9999)}",
    )  # fmt: skip
    state = S.REPAYING if aid.repayable else S.PAID
    changes: dict[str, Any] = (
        {"first_instalment_on": add_months(on.replace(day=1), 2)} if aid.repayable else {}
    )
    aid.move_to(state, by=aid.agent, on=on, **changes)
    if not aid.repayable or aid.first_instalment_on is None:
        return
    for due in instalments(aid, aid.granted_amount, Decimal(0)):
        if due.due_on > world.today or not world.chance(80):
            return
        repay(by=aid.agent, request=aid, on=due.due_on, amount=due.amount, means=PaymentMeans.TRANSFER)
