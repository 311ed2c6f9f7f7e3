from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.utils import timezone

from appointments.enums import ReminderChannel
from appointments.senders import configured_channels
from appointments.services.reminders import due, get_policy, run
from cias.core import french
from cias.core.commands import Command as BaseCommand

NOTHING = "aucun rappel"


class Command(BaseCommand):
    help = (
        "Envoie les rappels de rendez-vous qui sont dus, comme la tâche périodique. Sans --wet-run, compte "
        "seulement ceux qui partiraient maintenant."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--wet-run", action="store_true", help="envoyer vraiment")

    def run(self, **options: Any) -> str:
        if not get_policy().is_on:
            return "Les rappels sont désactivés dans les réglages\u00a0: rien ne part."
        channels = configured_channels()
        if not channels:
            return "Aucun expéditeur n’est configuré (REMINDER_SENDERS)\u00a0: rien ne part."
        if not options["wet_run"]:
            counts = Counter(channel for _, channel in due(timezone.now()))
            lines = [_line(channel, _count(counts[channel])) for channel in channels]
            return "\n".join([*lines, "Essai à blanc\u00a0: rien n’est parti. L’option --wet-run envoie."])
        tally = run()
        return "\n".join(
            _line(channel, _count(tally.sent[channel], "envoyé", "envoyés") + _troubles(tally.failed[channel],
                                                                                        tally.put_off[channel]))
            for channel in channels
        )  # fmt: skip


def _line(channel: str, words: str) -> str:
    return f"{ReminderChannel(channel).label}\u00a0: {words}"


def _count(number: int, one: str = "à envoyer", several: str = "à envoyer") -> str:
    return french.plural(number, f"rappel {one}", f"rappels {several}") if number else NOTHING


def _troubles(failed: int, put_off: int) -> str:
    parts = [f", {french.plural(failed, 'non remis', 'non remis')}"] if failed else []
    parts += [f", {french.plural(put_off, 'à réessayer', 'à réessayer')}"] if put_off else []
    return "".join(parts)
