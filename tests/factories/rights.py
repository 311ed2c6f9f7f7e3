from datetime import date
from decimal import Decimal

import factory

from cias.core.sources import Certainty
from rights.enums import (
    Channel,
    Decision,
    DelayKind,
    DelayUnit,
    Family,
    FileState,
    MaintenanceLink,
    PieceState,
)
from rights.models import (
    FileNir,
    FilePiece,
    MaintenanceDebtor,
    RequiredPiece,
    Right,
    RightNotice,
    RightRule,
    RightsFile,
    RuleDelay,
)
from tests.factories.accounts import UserFactory
from tests.factories.households import HouseholdFactory, PersonFactory


class RightFactory(factory.django.DjangoModelFactory):
    """The complémentaire santé solidaire of the catalogue; `code` picks or creates another right."""

    class Meta:
        model = Right
        django_get_or_create = ("code",)

    code = "css"
    name = "Droit d’essai"
    family = Family.HEALTH
    summary = "Un droit pour les essais."
    authority = "Caisse"
    service = "Caisse"
    source = "Aucune"
    certainty = Certainty.TO_CHECK


class RightRuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RightRule

    right = factory.SubFactory(RightFactory, code="essai")
    valid_from = date(2020, 1, 1)
    source = "Aucune"


class RequiredPieceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RequiredPiece

    right = factory.SubFactory(RightFactory, code="essai")
    code = factory.Sequence(lambda n: f"essai-{n}")
    label = factory.Sequence(lambda n: f"Pièce {n}")
    source = "Aucune"


class RightsFileFactory(factory.django.DjangoModelFactory):
    """A request for the CSS being made up; each trait carries it further."""

    class Meta:
        model = RightsFile

    number = factory.Sequence(lambda n: f"D-2026-{90_000 + n}")
    household = factory.SubFactory(HouseholdFactory)
    applicant = factory.SubFactory(PersonFactory)
    right = factory.SubFactory(RightFactory)
    agent = factory.SubFactory(UserFactory)
    state = FileState.BUILDING
    opened_on = date(2026, 10, 1)
    deposit_on = date(2026, 10, 5)

    class Params:
        draft = factory.Trait(state=FileState.DRAFT, deposit_on=None)
        complete = factory.Trait(state=FileState.COMPLETE, completed_on=date(2026, 10, 12))
        sent = factory.Trait(
            completed_on=date(2026, 10, 12),
            agreement=True,
            transmitted_on=date(2026, 10, 13),
            channel=Channel.ONLINE,
        )
        transmitted = factory.Trait(sent=True, state=FileState.TRANSMITTED)
        open = factory.Trait(
            sent=True,
            state=FileState.OPEN,
            decision=Decision.GRANTED,
            decision_on=date(2026, 11, 2),
            notified_on=date(2026, 11, 6),
            amount=Decimal("45.50"),
            rights_from=date(2026, 12, 1),
            rights_until=date(2027, 11, 30),
        )
        refused = factory.Trait(
            sent=True,
            state=FileState.REFUSED,
            decision=Decision.REFUSED,
            decision_on=date(2026, 11, 2),
            notified_on=date(2026, 11, 6),
        )


class FilePieceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FilePiece

    file = factory.SubFactory(RightsFileFactory)
    free_label = factory.Sequence(lambda n: f"Attestation {n}")

    class Params:
        received = factory.Trait(
            state=PieceState.RECEIVED,
            received_on=date(2026, 10, 8),
            received_by=factory.SubFactory(UserFactory),
        )


class RuleDelayFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RuleDelay

    rule = factory.SubFactory(RightRuleFactory)
    kind = DelayKind.COURT
    value = 2
    unit = DelayUnit.MONTHS
    source = "Aucune"


class RightNoticeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RightNotice

    right = factory.SubFactory(RightFactory, code="essai")
    code = factory.Sequence(lambda n: f"essai-info-{n}")
    text = factory.Sequence(lambda n: f"Information {n}")
    source = "Aucune"


class MaintenanceDebtorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MaintenanceDebtor

    file = factory.SubFactory(RightsFileFactory)
    name = factory.Sequence(lambda n: f"Paul Martin {n}")
    link = MaintenanceLink.CHILD


class FileNirFactory(factory.django.DjangoModelFactory):
    """An invented number with a right key, sealed for its file."""

    class Meta:
        model = FileNir

    file = factory.SubFactory(RightsFileFactory)

    @factory.lazy_attribute
    def sealed(self) -> str:
        nir = FileNir(file_id=self.file.pk)
        nir.write("253072B07300470")
        return nir.sealed
