from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError

from cias.accounts.signer import signer
from cias.core.commands import Command as BaseCommand
from cias.core.french import number, plural
from households.datalife.job import Report, retention

KEPT = {
    "hold": "dossier dont l’élimination est suspendue",
    "open": "dossier avec une démarche en cours",
    "request": "dossier avec une demande de la personne sans réponse",
    "takeover": "dossier repris d’une liste il y a moins d’un mois",
    "merge": "dossier dont une fusion peut encore être annulée",
    "listed": "dossier déjà inscrit sur un bordereau",
}


class Command(BaseCommand):
    help = (
        "Fin de vie des dossiers : compte ceux qui sont restés sans contact assez longtemps et ce qui les retient. "
        "Avec --wet-run, anonymise ceux des bordereaux visés par les Archives, et efface ce qui a dépassé sa "
        "propre durée."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--wet-run", action="store_true", help="faire, au lieu de compter seulement")
        parser.add_argument("--by", default="", metavar="E-MAIL", help="compte qui l’ordonne, avec --wet-run")

    def run(self, **options: Any) -> str:
        wet = options["wet_run"]
        if wet and not options["by"]:
            raise ValidationError("Dites avec --by quel compte l’ordonne.")
        report = retention(by=signer(options["by"]) if wet else None)
        return "\n".join(lines_of(report, wet=wet))


def lines_of(report: Report, *, wet: bool) -> list[str]:
    """The report in French, a line for each figure."""
    lines = [
        f"Sans contact depuis la durée prévue\u00a0: {number(report.due)}, "
        f"dont {number(report.ready)} que rien ne retient."
    ]
    lines += [f"  {KEPT[code]}\u00a0: {number(count)}" for code, count in sorted(report.kept.items())]
    lines.append(f"Bordereaux visés\u00a0: {', '.join(report.slips) or 'aucun'}.")
    if wet:
        lines.append(f"{plural(report.erased, 'dossier anonymisé', 'dossiers anonymisés')}.")
        later = plural(report.later, "valeur effacée", "valeurs effacées")
        lines.append(f"Durées propres dépassées\u00a0: {later}.")
    else:
        lines.append("Rien n’a été modifié (--wet-run pour le faire).")
    return lines
