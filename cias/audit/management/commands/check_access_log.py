from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import CommandError

from cias.audit.seals import check_seals, told_heads
from cias.core.commands import Command as BaseCommand
from cias.core.french import plural


class Command(BaseCommand):
    help = (
        "Relit tout le journal des consultations et sa chaîne de scellés. Sort avec le code 1 et nomme la première "
        "ligne ou le premier scellé modifié, absent ou ajouté."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="NUMÉRO:EMPREINTE",
            help=(
                "un scellé communiqué auparavant (ligne quotidienne du service, sauvegarde, métriques), à "
                "retrouver dans la chaîne\u00a0; les huit premiers signes de l’empreinte suffisent\u00a0; à répéter au "
                "besoin"
            ),
        )

    def run(self, **options: Any) -> str:
        try:
            told = told_heads(options["head"])
        except ValueError as error:
            raise ValidationError(f"--head attend NUMÉRO:EMPREINTE, pas «\u00a0{error}\u00a0».") from error
        done = check_seals(told)
        if done.fault:
            raise CommandError(f"Journal altéré. {done.fault}")
        removed = f", {plural(done.removed, 'retirée', 'retirées')} après un an" if done.removed else ""
        waiting = (
            f", {plural(done.waiting, 'attend', 'attendent')} le prochain scellé" if done.waiting else ""
        )
        whole = f"{plural(done.lines, 'ligne')} sous {plural(done.seals, 'scellé')}"
        return f"Journal intact\u00a0: {whole}{removed}{waiting}."
