"""Objects of evictions and of access to housing, for the URL × role test."""

from datetime import date
from decimal import Decimal
from typing import Any

from cias.accounts.enums import Role
from housing.applications import services as applications
from housing.evictions import services as evictions
from housing.evictions.enums import ActKind, TrackKind
from housing.models import EvictionDebt, LegalDelay, WinterTruce
from tests.factories import (
    DaloAppealFactory,
    EvictionFileFactory,
    HousingApplicationFactory,
)


def evictions_kwargs(world: Any) -> dict[str, object]:
    return {**_evictions(world), **_applications(world)}


def _evictions(world: Any) -> dict[str, object]:
    worker = world.agents[Role.SOCIAL_WORKER]
    file = EvictionFileFactory(
        household=world.household, agent=worker, landlord="canari-bailleur", cause_detail="canari-dette"
    )
    act = evictions.record_act(
        by=worker, file=file, kind=ActKind.PAYMENT_ORDER, on=date(2026, 10, 12), detail="canari-acte"
    )
    debt = EvictionDebt.objects.create(
        file=file, on=date(2026, 10, 12), amount=Decimal("1234.56"), comment="canari-releve"
    )
    track = evictions.open_track(by=worker, file=file, kind=TrackKind.FSL, on=date(2026, 11, 2))
    diagnosis = evictions.start_diagnosis(by=worker, file=file)
    delay = LegalDelay.objects.filter(valid_until=None).first()
    truce = WinterTruce.objects.first()
    assert delay is not None
    assert truce is not None
    return {
        "eviction_file_id": file.pk,
        "eviction_act_id": act.pk,
        "act_kind": "summons",
        "eviction_debt_id": debt.pk,
        "eviction_track_id": track.pk,
        "track_kind": "plan",
        "track_state": "filed",
        "diagnosis_id": diagnosis.pk,
        "legal_delay_id": delay.pk,
        "winter_truce_id": truce.pk,
    }


def _applications(world: Any) -> dict[str, object]:
    worker = world.agents[Role.SOCIAL_WORKER]
    application = HousingApplicationFactory(
        household=world.household, agent=worker, note="canari-logement", number="028032600123401234"
    )
    proposal = applications.propose(
        by=worker, application=application, proposed_on=date(2026, 10, 5), landlord="canari-proposition",
        commune=world.commune, dwelling_type="t2",
    )  # fmt: skip
    appeal = DaloAppealFactory(household=world.household, agent=worker, note="canari-dalo")
    return {
        "housing_application_id": application.pk,
        "step_code": "renouveler",
        "housing_proposal_id": proposal.pk,
        "dalo_appeal_id": appeal.pk,
        "dalo_state": "filed",
    }
