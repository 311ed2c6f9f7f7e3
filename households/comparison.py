"""Two persons or two households side by side: what one chooses between, and what is proposed (H6)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone

from cias.core.forms import format_phone
from cias.core.french import date_short, lower_first
from cias.core.text import compact_key
from households.enums import AssignmentRole, BirthPrecision
from households.models import Address, Assignment, Household, Person, Situation
from households.models.files import on_day

SURVIVOR, ABSORBED = "survivor", "absorbed"
SURE_FIRST = (BirthPrecision.DAY, BirthPrecision.PRESUMED, BirthPrecision.MONTH, BirthPrecision.YEAR)

type Show = Callable[[Any], str]
type Better = Callable[[Any, Any], str]


@dataclass(frozen=True)
class Fact:
    """One thing to choose between two rows: `columns` go together, `show` says them.

    `better(survivor, absorbed)` names the one to propose when both say something; "" for the latest written.
    `relations` are the dated rows that go with the choice. `social`: what reception and the direction do not read.
    """

    code: str
    label: str
    columns: tuple[str, ...]
    show: Show
    better: Better = lambda survivor, absorbed: ""
    relations: tuple[str, ...] = ()
    social: bool = False


@dataclass(frozen=True)
class Line:
    """One fact of both rows as the page shows it; `chosen` is the side proposed, or asked for."""

    fact: Fact
    survivor: str
    absorbed: str
    chosen: str

    @property
    def differs(self) -> bool:
        return self.survivor != self.absorbed

    @property
    def kept(self) -> str:
        return self.absorbed if self.chosen == ABSORBED else self.survivor


def _text(name: str) -> Show:
    return lambda row: str(getattr(row, name) or "")


def _label(name: str) -> Show:
    return lambda row: str(getattr(row, f"get_{name}_display")()) if getattr(row, name) else ""


def _phone(name: str) -> Show:
    return lambda row: format_phone(getattr(row, name)) if getattr(row, name) else ""


def _yes(name: str, yes: str = "Oui", no: str = "") -> Show:
    return lambda row: "" if getattr(row, name) is None else yes if getattr(row, name) else no


def _longer(name: str) -> Better:
    """The fuller of two first names when one begins like the other: "Soizic Marie" rather than "Soizic"."""

    def better(survivor: Any, absorbed: Any) -> str:
        one, other = compact_key(getattr(survivor, name)), compact_key(getattr(absorbed, name))
        if other.startswith(one) or one.startswith(other):
            return ABSORBED if len(other) > len(one) else SURVIVOR
        return ""

    return better


def _surer_birth(survivor: Person, absorbed: Person) -> str:
    ranks = [SURE_FIRST.index(BirthPrecision(row.birth_precision)) for row in (survivor, absorbed)]
    return "" if ranks[0] == ranks[1] else SURVIVOR if ranks[0] < ranks[1] else ABSORBED


def _guardian(person: Person) -> str:
    phone = format_phone(person.guardian_phone) if person.guardian_phone else ""
    return ", ".join(part for part in (person.guardian, phone) if part)


def _language(person: Person) -> str:
    return ", ".join(
        part for part in (person.language, "interprète nécessaire" if person.needs_interpreter else "") if part
    )  # fmt: skip


PERSON_FACTS: tuple[Fact, ...] = (
    Fact("title", "Civilité", ("title",), _label("title")),
    Fact("birth_name", "Nom de naissance", ("birth_name",), _text("birth_name")),
    Fact("usual_name", "Nom d’usage", ("usual_name",), _text("usual_name")),
    Fact("first_names", "Prénoms", ("first_names",), _text("first_names"), _longer("first_names")),
    Fact(
        "birth", "Naissance", ("birth_date", "birth_precision"), lambda row: row.birth_label, _surer_birth
    ),
    Fact("sex", "Sexe", ("sex",), _label("sex")),
    Fact("death", "Décès", ("death_date",), lambda row: date_short(row.death_date) if row.death_date else ""),
    Fact(
        "anonymous", "Anonymat", ("is_anonymous",), _yes("is_anonymous", "Reste anonyme"),
        lambda survivor, absorbed: SURVIVOR,
    ),
    Fact("phone", "Téléphone", ("phone",), _phone("phone")),
    Fact("second_phone", "Autre téléphone", ("second_phone",), _phone("second_phone")),
    Fact("email", "Adresse e-mail", ("email",), _text("email")),
    Fact("language", "Langue", ("language", "needs_interpreter"), _language),
    Fact("guardian", "Mandataire", ("guardian", "guardian_phone"), _guardian),
    Fact("nationality", "Nationalité", ("nationality_group",), _label("nationality_group"), social=True),
    Fact(
        "disability", "Handicap reconnu", ("disability_recognised",), _yes("disability_recognised", no="Non"),
        social=True,
    ),
    Fact("protection", "Mesure de protection", ("protection",), _label("protection"), social=True),
)  # fmt: skip


def _opened(household: Household) -> str:
    return date_short(household.opened_on)


def _closing(household: Household) -> str:
    if household.closed_on is None:
        return "Ouvert"
    return f"Clos le {date_short(household.closed_on)}, {lower_first(household.get_closing_reason_display())}"


def _place(household: Household) -> str:
    address = household.address_to_print(timezone.localdate())
    if address is not None:
        return str(address)
    return household.place if household.commune_id or household.off_territory else ""


def _referent(household: Household) -> str:
    row = _current_main(household)
    return f"{row.agent.full_name}, depuis le {date_short(row.start)}" if row else ""


def _current_main(household: Household) -> Assignment | None:
    mains = household.assignments.filter(on_day(timezone.localdate()), role=AssignmentRole.MAIN)
    return mains.select_related("agent").first()


def _newer_place(survivor: Household, absorbed: Household) -> str:
    starts = [_latest(row) for row in (survivor, absorbed)]
    return ABSORBED if starts[1] > starts[0] else SURVIVOR


def _latest(household: Household) -> date:
    rows = [household.addresses.aggregate(day=Max("start")), household.situations.aggregate(day=Max("start"))]
    return max([row["day"] for row in rows if row["day"]], default=household.opened_on)


def _newer_referent(survivor: Household, absorbed: Household) -> str:
    rows = [_current_main(household) for household in (survivor, absorbed)]
    return ABSORBED if rows[1] and (not rows[0] or rows[1].start > rows[0].start) else SURVIVOR


ADDRESSES, SITUATIONS, ASSIGNMENTS = (
    f"{model._meta.label}.household" for model in (Address, Situation, Assignment)
)

HOUSEHOLD_FACTS: tuple[Fact, ...] = (
    Fact(
        "opened", "Suivi depuis", ("opened_on",), _opened,
        lambda survivor, absorbed: SURVIVOR if survivor.opened_on <= absorbed.opened_on else ABSORBED,
    ),
    Fact(
        "closing", "État du dossier", ("closed_on", "closing_reason"), _closing,
        lambda survivor, absorbed: ABSORBED if survivor.closed_on and not absorbed.closed_on else SURVIVOR,
    ),
    Fact(
        "place", "Adresse et situation", ("commune", "off_territory"), _place, _newer_place,
        relations=(ADDRESSES, SITUATIONS),
    ),
    Fact("referent", "Référent principal", (), _referent, _newer_referent, relations=(ASSIGNMENTS,)),
)  # fmt: skip


def facts_of(model: type[Person] | type[Household]) -> tuple[Fact, ...]:
    return PERSON_FACTS if model is Person else HOUSEHOLD_FACTS


def compare(survivor: Any, absorbed: Any, asked: Mapping[str, str] | None = None) -> list[Line]:
    """Every fact of both rows. The side that says something is proposed, else the surer, else the latest written."""
    asked = asked or {}
    later = _latest_written(survivor, absorbed)
    lines = []
    for fact in facts_of(type(survivor)):
        values = fact.show(survivor), fact.show(absorbed)
        chosen = asked.get(fact.code, "")
        if chosen not in (SURVIVOR, ABSORBED):
            if values[0] == values[1]:
                chosen = SURVIVOR
            elif not all(values):
                chosen = SURVIVOR if values[0] else ABSORBED
            else:
                chosen = fact.better(survivor, absorbed) or later
        lines.append(Line(fact, *values, chosen))
    return lines


def spare_phone(survivor: Any, absorbed: Any, lines: list[Line]) -> str:
    """The number that is not chosen, when the fact "autre téléphone" leaves it room: no number is lost."""
    sides = {line.fact.code: absorbed if line.chosen == ABSORBED else survivor for line in lines}
    if "phone" not in sides or sides["second_phone"].second_phone:
        return ""
    kept = sides["phone"].phone
    return next((row.phone for row in (survivor, absorbed) if row.phone not in ("", kept)), "")


def _latest_written(survivor: Any, absorbed: Any) -> str:
    """The row that somebody wrote last."""
    events = type(survivor).pgh_event_model.objects.filter(pgh_obj_id__in=[survivor.pk, absorbed.pk])
    moments: dict[Any, datetime] = dict(
        events.order_by().values_list("pgh_obj_id").annotate(moment=Max("pgh_created_at"))
    )
    one, other = moments.get(survivor.pk), moments.get(absorbed.pk)
    return ABSORBED if other and (not one or other > one) else SURVIVOR
