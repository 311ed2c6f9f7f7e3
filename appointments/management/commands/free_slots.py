"""The free slots of one agent, for scripts and for checking the desk's page (A15)."""

import json
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser
from django.utils import timezone

from appointments.services import Slot, Wish, read_diary
from appointments.slots import MAX_MINUTES, MIN_MINUTES
from cias.accounts.models import User
from cias.core.commands import Command as BaseCommand
from cias.core.periods import PARIS, parse_french_date

LONGEST_PERIOD_DAYS = 366


class Command(BaseCommand):
    help = (
        "Affiche les créneaux libres d’un agent, tels que la page de prise de rendez-vous les propose. "
        "Sans --now, les créneaux déjà commencés sont laissés de côté, sauf si toute la période est passée."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agent", required=True, metavar="E-MAIL", help="adresse e-mail de l’agent")
        parser.add_argument("--from", required=True, dest="first", metavar="DATE", help="premier jour")
        parser.add_argument("--to", required=True, dest="last", metavar="DATE", help="dernier jour, compris")
        parser.add_argument("--minutes", required=True, type=int, metavar="N", help="durée du rendez-vous")
        parser.add_argument(
            "--now", metavar="INSTANT", help="l’heure qu’il est, par exemple 2026-12-21T09:05"
        )
        parser.add_argument(
            "--format", choices=["text", "json"], default="json", help="json (par défaut) ou text"
        )

    def run(self, **options: Any) -> str:
        first, last = _day("--from", options["first"]), _day("--to", options["last"])
        minutes = options["minutes"]
        if last < first:
            raise ValidationError(f"--to ({last:%d/%m/%Y}) précède --from ({first:%d/%m/%Y}).")
        if (last - first).days > LONGEST_PERIOD_DAYS:
            raise ValidationError("La période demandée dépasse un an.")
        if not MIN_MINUTES <= minutes <= MAX_MINUTES:
            raise ValidationError(f"--minutes va de {MIN_MINUTES} à {MAX_MINUTES} ({minutes} reçu).")
        now = _moment(options["now"], first, last)
        agent = User.objects.with_agenda().filter(email__iexact=options["agent"]).first()
        if agent is None:
            raise ValidationError(f"--agent : aucun agent ne reçoit sous l’adresse {options['agent']}.")
        slots = read_diary([agent], first, last).slots(agent, Wish(minutes=minutes), now=now)
        return _json(slots) if options["format"] == "json" else _text(slots)


def _day(option: str, text: str) -> date:
    try:
        return parse_french_date(text)
    except ValueError as error:
        raise ValidationError(f"{option} « {text} » : {error}") from error


def _moment(text: str | None, first: date, last: date) -> datetime:
    if text is None:
        over = last < timezone.localdate()
        return datetime.combine(first, datetime.min.time(), PARIS) if over else timezone.now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValidationError(
            f"--now « {text} » : écrivez l’instant comme 2026-12-21T09:05 ou 2026-12-21T09:05+01:00."
        ) from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=PARIS)


def _json(slots: list[Slot]) -> str:
    rows = [
        {"agent": slot.agent.email, "start": slot.start.isoformat(), "end": slot.end.isoformat()}
        for slot in slots
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def _text(slots: list[Slot]) -> str:
    if not slots:
        return "Aucun créneau libre."
    return "\n".join(
        f"{slot.start:%d/%m/%Y %H:%M} – {slot.end:%H:%M}  {slot.agent.full_name}" for slot in slots
    )
