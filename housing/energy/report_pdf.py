"""What the reports of a visit say: the household's, in plain French, and the partners' technical sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cias.core.charts.svg import el, printed
from cias.core.french import euros, join_list, lower_first, number
from cias.territory.services import get_structure
from households.letters.addressing import town_line
from households.models import Address
from housing.energy import rules
from housing.energy.enums import Condition, Feeling, Room, Seen, Supply, Ventilation
from housing.models import EnergyVisit, RoomReading

# Plain-language marks of a room: the advice of the field's guides (ADEME: 19 °C by day, 17 °C at night).
COLD, MILD, FINE = Decimal(16), Decimal(19), Decimal(22)
DAMP = 65
SCALE = Decimal(25)


@dataclass(frozen=True)
class RoomLine:
    """One room: `bar` draws its temperature on a scale of 25 °C, with the mark of a comfortable 19 °C."""

    name: str
    degrees: str
    bar: str
    word: str
    humidity: str
    damp_word: str


def room_lines(visit: EnergyVisit) -> list[RoomLine]:
    return [_room(row) for row in visit.readings.all()]


def _room(row: RoomReading) -> RoomLine:
    word, shade = _warmth(row.temperature, row.room)
    degrees = "" if row.temperature is None else f"{number(row.temperature, 1)}\u00a0°C"
    humidity = "" if row.humidity is None else f"{row.humidity}\u00a0%"
    is_inside = row.room != Room.OUTSIDE
    damp = "trop humide" if is_inside and row.humidity is not None and row.humidity > DAMP else ""
    if row.mould:
        damp = f"{damp}, moisissures" if damp else "moisissures"
    bar = "" if row.temperature is None else _bar(row.temperature, shade, degrees)
    return RoomLine(row.get_room_display(), degrees, bar, word, humidity, damp)


def _bar(degrees: Decimal, shade: str, text: str) -> str:
    width = max(min(float(degrees / SCALE * 100), 100.0), 2.0)
    comfort = float(MILD / SCALE * 100)
    return printed(
        el(
            "svg",
            el("title", text),
            el("rect", class_="bar-track", width=100, height=6),
            el("rect", class_=shade, width=width, height=6),
            el("line", class_="before", x1=comfort, x2=comfort, y1=0, y2=6, stroke_width=0.8),
            viewBox="0 0 100 6",
            role="img",
        )
    )


def _warmth(degrees: Decimal | None, room: str) -> tuple[str, str]:
    if degrees is None or room == Room.OUTSIDE:
        return "", "neutral"
    if degrees < COLD:
        return "trop froid", "q4"
    if degrees < MILD:
        return "frais", "q3"
    return ("confortable", "q2") if degrees <= FINE else ("chaud", "neutral")


def findings(visit: EnergyVisit) -> list[str]:
    """What was seen, in sentences a tired reader understands; nothing is said of what was not looked at."""
    poor, fair = Condition.POOR, Condition.FAIR
    said = []
    weak = [
        word
        for word, value in (
            ("les murs", visit.walls),
            ("le toit", visit.roof),
            ("les fenêtres", visit.windows),
            ("les portes", visit.doors),
        )
        if value == poor
    ]  # fmt: skip
    middling = [word for word, value in (("les murs", visit.walls), ("le toit", visit.roof)) if value == fair]
    if weak:
        said.append(f"La chaleur s’échappe par {join_list(weak)}.")
    if middling:
        said.append(f"L’isolation est moyenne pour {join_list(middling)}.")
    rules_of = (
        (visit.damp == Seen.YES, "Le logement est humide."),
        (visit.mould == Seen.YES, "Il y a des moisissures."),
        (visit.ventilation in (Ventilation.NONE, Ventilation.BLOCKED), "L’air ne se renouvelle pas assez."),
        (visit.heating_serviced == Seen.NO, "L’appareil de chauffage n’a pas été entretenu depuis un an."),
        (visit.regulation == Seen.NO, "Le chauffage ne se règle pas pièce par pièce."),
        (visit.heater == Seen.YES, "Un chauffage d’appoint sert souvent."),
        (visit.water_leak == Seen.YES, "Il y a une fuite d’eau."),
        (
            visit.co_risk == Seen.YES,
            "Il y a un risque d’intoxication au monoxyde de carbone, un gaz invisible.",
        ),
        (visit.electric_risk == Seen.YES, "L’installation électrique n’est pas sûre."),
        (visit.gas_risk == Seen.YES, "L’installation de gaz n’est pas sûre."),
        (visit.smoke_alarm == Seen.NO, "Il manque un détecteur de fumée."),
        (visit.restricts == Seen.YES, "Vous vous privez de chauffage."),
        (visit.feeling_winter == Feeling.COLD, "Vous avez froid l’hiver."),
        (visit.feeling_summer == Feeling.HOT, "Vous avez trop chaud l’été."),
    )
    said += [text for holds, text in rules_of if holds]
    return said


def dangers(visit: EnergyVisit) -> list[str]:
    """What cannot wait, and what to do at once."""
    found = []
    if visit.co_risk == Seen.YES:
        found.append(
            "Aérez 10 minutes par jour. N’utilisez plus l’appareil. Maux de tête, nausées\u00a0: ouvrez, "
            "sortez, appelez le 18 ou le 112."
        )
    if visit.electric_risk == Seen.YES:
        found.append("Ne touchez pas aux fils. Faites venir un électricien avant d’ajouter un appareil.")
    if visit.gas_risk == Seen.YES:
        found.append(
            "Odeur de gaz\u00a0: n’allumez rien, ouvrez, sortez, appelez le 0\u00a0800\u00a047\u00a033\u00a033."
        )
    return found


def payments(visit: EnergyVisit) -> list[tuple[str, str, str, str]]:
    """Energy, supplier, what it costs in a year and what is owed, line by line."""
    return [
        (
            bill.get_energy_display(),
            bill.supplier,
            euros(bill.year) if bill.year is not None else "à retrouver",
            _owed(bill.debt, bill.supply),
        )
        for bill in visit.bills.all()
    ]


def _owed(debt: Decimal | None, supply: str) -> str:
    words = [f"vous devez {euros(debt)}"] if debt else []
    if supply in (Supply.NOTICE, Supply.REDUCED, Supply.CUT):
        words.append(lower_first(str(Supply(supply).label)))
    return ", ".join(words)


@dataclass(frozen=True)
class Saving:
    label: str
    advice: str
    quantity: int
    saved: str


def given(visit: EnergyVisit) -> tuple[list[Saving], str]:
    """What was left, and what it may save in a year altogether; "" when no saving is known."""
    rows = list(visit.equipment.select_related("item"))
    lines = [
        Saving(row.item.label, row.item.advice, row.quantity, euros(row.saved, 0) if row.saved else "")
        for row in rows
    ]
    saved = sum((row.saved for row in rows if row.saved), Decimal(0))
    return lines, euros(saved, 0) if saved else ""


def context_of(visit: EnergyVisit, today: date) -> dict[str, Any]:
    """Everything both PDFs show of a visit."""
    lines, saved = given(visit)
    day = visit.done_on or today
    address = visit.file.household.address_to_print(today)
    return {
        "visit": visit,
        "file": visit.file,
        "household": visit.file.household,
        "structure": get_structure(),
        "day": day,
        "today": today,
        "rooms": room_lines(visit),
        "findings": findings(visit),
        "dangers": dangers(visit),
        "payments": payments(visit),
        "bills": visit.bills.all(),
        "given": lines,
        "saved": saved,
        "effort": rules.effort(visit, day),
        "advice": _lines(visit.advice),
        "orientations": [row for row in visit.file.orientations.all() if row.state != "declined"],
        "address": address,
        "address_lines": _postal_lines(address) if address else [],
    }


def _postal_lines(address: Address) -> list[str]:
    return [line for line in (address.street, address.complement, town_line(address)) if line]


def _lines(text: str) -> Sequence[str]:
    return [line.strip(" -•\t") for line in text.splitlines() if line.strip(" -•\t")]
