"""The signalement: received, corrected, triaged."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.french import date_short, lower_first
from cias.core.states import ForbiddenTransition
from households.models import Household
from housing.energy.enums import EnergyState
from housing.models import EnergyFile, EnergyMove, EnergySeries

# What the signalement says; the steps write the rest.
REPORTED = (
    "informant", "partner", "informant_name", "consent_on", "grounds", "situation", "priority", "occupancy",
    "landlord", "dwelling", "built", "surface", "heating_energy", "persons", "tax_income", "tax_income_year",
    "kept_despite",
)  # fmt: skip


def take_number(year: int) -> str:
    """The next number of `year` ("SLIME-2026-00042"), without a gap; the series stays locked until the end."""
    EnergySeries.objects.get_or_create(year=year)
    series = EnergySeries.objects.select_for_update().get(year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"SLIME-{year}-{series.last:05d}"


def running_file(household: Household) -> EnergyFile | None:
    """The signalement of this household that is not closed; a second one would double it."""
    return EnergyFile.objects.running().filter(household=household).first()


@transaction.atomic
def report(
    *, by: User, household: Household, agent: User, reported_on: date, values: Mapping[str, Any]
) -> EnergyFile:
    """Record a signalement. `values` are fields of REPORTED.

    Raises ValidationError when the household's file is closed, or when one of its signalements still runs.
    """
    if household.closed_on is not None:
        raise ValidationError("Ce ménage est clos\u00a0: rouvrez-le avant de le signaler.")
    household = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    known = running_file(household)
    if known is not None:
        raise ValidationError(
            f"Déjà signalé le {date_short(known.reported_on)}, dossier {known.number}\u00a0: "
            f"{lower_first(known.get_state_display())}. Complétez-le plutôt que de le doubler.",
            code="double",
        )
    with signed_by(by), typed_violations():
        file = EnergyFile.objects.create(
            number=take_number(reported_on.year),
            household=household,
            agent=agent,
            reported_on=reported_on,
            **values,
        )
        EnergyMove.objects.create(file=file, to_state=EnergyState.REPORTED, on=reported_on, by=by)
    return file


@transaction.atomic
def correct(*, by: User, file: EnergyFile, agent: User, values: Mapping[str, Any]) -> EnergyFile:
    """Complete or correct a signalement. Raises ForbiddenTransition once closed, ConstraintViolation."""
    locked = EnergyFile.objects.select_for_update().get(pk=file.pk)
    if locked.is_closed:
        raise ForbiddenTransition("Le dossier est clos\u00a0: annulez sa fin pour le corriger.")
    for name, value in {**values, "agent": agent}.items():
        setattr(locked, name, value)
    with signed_by(by), typed_violations():
        locked.save(update_fields=[*values, "agent"])
    return locked
