"""The sections households give to the printed summary of a file (H16)."""

from collections.abc import Callable, Iterator

from cias.accounts.models import User
from cias.core.forms import format_phone
from cias.core.french import date_long, date_short, duration, lower_first
from cias.core.registry import Facts, Prose, SummaryBlock, SummaryRequest, SummarySection, Table, summary
from households.composition import composition
from households.enums import NoteLevel, ReferralOrigin
from households.file import may_read_content
from households.letters.addressing import shown_address
from households.models import Document, Household, Letter, Membership, Note, Person
from households.models.levels import reads_circle
from households.registrations import summary_budgets

UNKNOWN = "Non renseigné"


def always(household: Household, user: User) -> bool:
    return user.has_perm("identity.view")


def by_right(right: str) -> Callable[[Household, User], bool]:
    return lambda household, user: may_read_content(user, household, right)


def identity(request: SummaryRequest) -> Iterator[SummaryBlock]:
    """The person chosen, or each present adult; a masked copy speaks of the person alone."""
    members = composition(request.subject, request.today).members
    persons = [request.person] if request.person else [row.person for row in members]
    for person in persons:
        yield Facts(rows=_identity(person, request), title=person.full_name)
    address = shown_address(request.subject, request.user, request.today)
    yield Facts(
        title="Adresse",
        rows=[
            ("Adresse", str(address) if address else UNKNOWN),
            ("Depuis le", date_short(address.start) if address else UNKNOWN),
        ],
    )


def _identity(person: Person, request: SummaryRequest) -> list[tuple[str, str]]:
    rows = [
        ("Nom de naissance", person.birth_name),
        ("Nom d’usage", person.usual_name),
        ("Prénoms", person.first_names),
        ("Naissance", person.birth_label),
        ("Téléphone", ", ".join(format_phone(one) for one in (person.phone, person.second_phone) if one)),
        ("E-mail", person.email),
        ("Langue", person.language),
    ]
    if may_read_content(request.user, request.subject, "situation.view"):
        rows += [
            ("Nationalité", person.get_nationality_group_display() if person.nationality_group else ""),
            ("Mesure de protection", person.get_protection_display() if person.protection else ""),
        ]
    return [(label, value or UNKNOWN) for label, value in rows]


def members(request: SummaryRequest) -> Iterator[SummaryBlock]:
    people = composition(request.subject, request.today)
    rows = [_member(row, request) for row in people.members if not _came_after(row, request)]
    yield Table(
        title="Vivent dans le ménage",
        header=("Personne", "Place", "Présence", "Naissance", "Depuis le"),
        rows=rows,
    )
    if people.former:
        former = [
            (_name(row.person, request), row.get_role_display(), date_short(row.start), date_short(row.end))
            for row in people.former
            if row.end is not None
        ]
        yield Table(title="N’y vivent plus", header=("Personne", "Place", "Du", "Au"), rows=former)


def _came_after(row: Membership, request: SummaryRequest) -> bool:
    return request.until is not None and row.start > request.until


def _member(row: Membership, request: SummaryRequest) -> tuple[str, ...]:
    born = row.person.birth_label
    if _is_third_party(row.person, request) and row.person.age is not None:
        born = f"{row.person.age} ans"
    return (
        _name(row.person, request),
        row.get_role_display(),
        row.get_custody_display(),
        born or UNKNOWN,
        date_short(row.start),
    )


def _is_third_party(person: Person, request: SummaryRequest) -> bool:
    return request.masked and person.pk != getattr(request.person, "pk", None)


def _name(person: Person, request: SummaryRequest) -> str:
    return "Personne masquée" if _is_third_party(person, request) else person.full_name


def situations(request: SummaryRequest) -> Iterator[SummaryBlock]:
    rows = list(request.known(request.subject.situations.select_related("commune"), "start"))
    for situation in rows:
        until = f" au {date_short(situation.end)}" if situation.end else ", en cours"
        # A hidden address is on no print, its commune neither (C3).
        facts = [
            fact for fact in situation.facts if not (request.subject.address_hidden and fact[0] == "Commune")
        ]
        yield Facts(title=f"Du {date_short(situation.start)}{until}", rows=facts)


def referents(request: SummaryRequest) -> Iterator[SummaryBlock]:
    rows = request.known(request.subject.assignments.select_related("agent"), "start")
    yield Table(
        title="Agents du dossier",
        header=("Agent", "Rôle", "Du", "Au"),
        rows=[
            (
                row.agent.full_name,
                row.get_role_display(),
                date_short(row.start),
                date_short(row.end) if row.end else "en cours",
            )
            for row in rows
        ],
    )


def notes_of(level: NoteLevel) -> Callable[[SummaryRequest], Iterator[SummaryBlock]]:
    def blocks(request: SummaryRequest) -> Iterator[SummaryBlock]:
        notes = Note.objects.for_user(request.user, request.subject.pk).filter(level=level)
        if request.person is not None:
            # Notes at which the person was, and those that name nobody.
            notes = (notes.filter(persons=request.person) | notes.filter(persons=None)).distinct()
        for note in request.known(notes, "held_on").select_related("author").prefetch_related("persons"):
            yield _note(note, request)

    return blocks


def _note(note: Note, request: SummaryRequest) -> Prose:
    length = f", {duration(note.duration_minutes)}" if note.duration_minutes else ""
    present = ", ".join(dict.fromkeys(_name(person, request) for person in note.persons.all()))
    about = [
        f"{note.author.full_name}, {note.author.function}",
        f"{lower_first(note.get_means_display())}{length}",
    ]
    if present:
        about.append(f"présents : {present}")
    return Prose(
        title=f"Entretien du {date_long(note.held_on, weekday=False)}",
        about=" · ".join(about),
        text=request.hide(note.text),
    )


def may_read_level(level: NoteLevel) -> Callable[[Household, User], bool]:
    """Offered when there is something to read at this level: the notes' own queryset decides what is printed."""

    def may_read(household: Household, user: User) -> bool:
        if level == NoteLevel.CIRCLE and not reads_circle(household, user, "notes.view"):
            return Note.objects.for_user(user, household.pk).filter(level=level).exists()
        if level == NoteLevel.PERSONAL:
            return Note.objects.filter(household=household, author=user, level=level).exists()
        return may_read_content(user, household, "notes.view")

    return may_read


# Whoever warned the CIAS is never told to the person (CRPA, art. L311-6).
PROTECTED_ORIGINS = (ReferralOrigin.RELATIVES, ReferralOrigin.THIRD_PARTY)


def referrals(request: SummaryRequest) -> Iterator[SummaryBlock]:
    household: Household = request.subject
    received = [
        (
            date_short(row.received_on),
            "Non communiqué"
            if request.masked and row.origin in PROTECTED_ORIGINS
            else row.get_origin_display(),
            row.get_urgency_display(),
            request.hide(row.demand) or "—",
        )
        for row in request.known(household.referrals_in.all(), "received_on")
    ]
    yield Table(
        title="Orientations reçues", header=("Le", "Orienté par", "Urgence", "Demande"), rows=received
    )
    sent = request.known(household.referrals_out.select_related("partner", "person", "sharing"), "sent_on")
    if request.person is not None:
        sent = sent.filter(person=request.person) | sent.filter(person=None)
    yield Table(
        title="Orientations envoyées",
        header=("Le", "Partenaire", "Demande", "Réponse", "Ce qui permet le partage"),
        rows=[
            (
                date_short(row.sent_on),
                row.partner.name,
                request.hide(row.purpose),
                row.get_answer_display() + (f" le {date_short(row.answered_on)}" if row.answered_on else ""),
                row.sharing.footing,
            )
            for row in sent
        ],
    )


def letters(request: SummaryRequest) -> Iterator[SummaryBlock]:
    rows = Letter.objects.for_user(request.user, request.subject.pk).filter(finished_at__isnull=False)
    if request.person is not None:
        rows = rows.filter(person=request.person) | rows.filter(person=None)
    yield Table(
        title="Courriers envoyés",
        header=("Numéro", "Le", "À", "Objet"),
        rows=[
            (
                row.number or "",
                date_short(row.finished_at) if row.finished_at else "",
                request.hide(row.recipient_name),
                request.hide(row.subject),
            )
            for row in request.known(rows, "finished_at__date")
        ],
    )


def documents(request: SummaryRequest) -> Iterator[SummaryBlock]:
    """What is in the file, not its content."""
    rows = Document.objects.for_user(request.user, request.subject.pk).current()
    if request.person is not None:
        rows = rows.filter(person=request.person) | rows.filter(person=None)
    yield Table(
        title="Documents en cours",
        header=("Type", "Intitulé", "Date", "Valable jusqu’au", "Ajouté le"),
        rows=[
            (
                row.get_kind_display(),
                request.hide(row.title) or "—",
                date_short(row.document_date) if row.document_date else "—",
                date_short(row.expires_on) if row.expires_on else "—",
                date_short(row.created_at),
            )
            for row in request.known(rows, "created_at__date")
        ],
    )


def register() -> None:
    for code, section in (
        ("identite", SummarySection(title="Identité et coordonnées", position=10, may_read=always, blocks=identity)),
        ("composition", SummarySection(title="Composition", position=20, may_read=always, blocks=members)),
        ("situation", SummarySection(
            title="Situation", position=30, may_read=by_right("situation.view"), blocks=situations)),
        ("budget", SummarySection(
            title="Budget", position=40, may_read=by_right("situation.view"), blocks=summary_budgets.blocks)),
        ("referents", SummarySection(title="Référents", position=50, may_read=always, blocks=referents)),
        ("orientations", SummarySection(
            title="Orientations", position=100, may_read=by_right("referrals.view"), blocks=referrals)),
        ("courriers", SummarySection(
            title="Courriers", position=110, may_read=by_right("letters.view"), blocks=letters)),
        ("documents", SummarySection(
            title="Documents", position=120, may_read=by_right("documents.view"), blocks=documents)),
        *((f"notes_{level.value}", _notes_section(level, rank)) for rank, level in enumerate(NoteLevel)),
    ):  # fmt: skip
        summary.register(code, section)


NOTE_TITLES = {
    NoteLevel.TEAM: "Notes d’équipe",
    NoteLevel.CIRCLE: "Notes de cercle",
    NoteLevel.PERSONAL: "Vos notes personnelles",
}


def _notes_section(level: NoteLevel, rank: int) -> SummarySection:
    return SummarySection(
        title=NOTE_TITLES[level],
        position=130 + rank,
        may_read=may_read_level(level),
        blocks=notes_of(level),
        help_text="Relisez-les avant de remettre la copie à quelqu’un.",
    )
