import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.db.models import Count, Sum

from cias.core.commands import Command as BaseCommand
from cias.core.french import euros, plural
from cias.core.jobs import JobState
from households.models import Household
from rights.estimates import services
from rights.estimates.enums import EstimatedKind, EstimateState, Gap
from rights.estimates.job import do_run
from rights.models import EstimatedRight, EstimateRun


class Command(BaseCommand):
    help = (
        "Estime les droits que des ménages n’ont peut-être pas demandés, avec OpenFisca-France et ce que disent leurs "
        "dossiers. Sans option\u00a0: tous les ménages suivis. Une estimation n’est pas une décision. Le résultat se "
        "lit aussi dans l’application\u00a0; les noms ne s’affichent jamais ici."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--household", default="", metavar="NUMÉRO", help="un seul ménage, par son numéro"
        )

    def run(self, **options: Any) -> str:
        household = _household(options["household"])
        run = services.record_order(by=None, household=household)
        do_run(run.pk, self._progress)
        run.refresh_from_db()
        if run.state != JobState.DONE:
            raise CommandError(run.failure_reason or "L’estimation a été annulée.", returncode=1)
        return "\n".join(_of_one(household) if household else _of_all(run))

    def _progress(self, label: str, done: int, total: int) -> None:
        self.stderr.write(f"{label} ({done}/{total})", ending="\n")
        sys.stderr.flush()


def _household(number: str) -> Household | None:
    if not number:
        return None
    household = Household.objects.filter(number=number).first()
    if household is None:
        raise ValidationError(f"Aucun ménage ne porte le numéro «\u00a0{number}\u00a0».")
    return household


def _of_one(household: Household) -> list[str]:
    lines = EstimatedRight.objects.filter(estimate__household=household)
    said = [f"Ménage {household.number}\u00a0: estimation, pas une décision."]
    for line in lines:
        parts = [EstimateState(line.state).label]
        if line.amount is not None and line.kind != EstimatedKind.HEALTH:
            parts.append(f"{euros(line.amount)} par mois")
        if line.missing:
            gaps = dict.fromkeys(Gap(one["gap"]).label for one in line.missing)
            parts.append(f"à demander\u00a0: {', '.join(gaps)}")
        said.append(f"{line.get_kind_display()}\u00a0: {', '.join(parts)}")
    return said


def _of_all(run: EstimateRun) -> list[str]:
    said = [
        plural(run.households_done, "ménage estimé", "ménages estimés")
        + "\u00a0: estimation, pas une décision."
    ]
    probable = EstimatedRight.objects.filter(estimate__run=run, state=EstimateState.PROBABLE)
    counts = {
        row["kind"]: row
        for row in probable.order_by().values("kind").annotate(count=Count("pk"), sum=Sum("amount"))
    }
    for kind in EstimatedKind:
        row = counts.get(kind)
        amount = f", {euros(row['sum'])} par mois" if row and kind != EstimatedKind.HEALTH else ""
        found = plural(row["count"] if row else 0, "ménage", "ménages")
        said.append(f"{kind.label}\u00a0: probable et non demandé pour {found}{amount}")
    return said
