from datetime import date, time
from decimal import Decimal

import factory

from cias.accounts.enums import Role
from rights.aids.enums import AidDecision, AidNature, AidState, NoticeChannel, PayeeKind, Seat
from rights.models import (
    AgendaItem,
    AidEnvelope,
    AidKind,
    AidRequest,
    AidRule,
    AidSession,
    BoardMember,
    SessionSeat,
)
from tests.factories.accounts import UserFactory
from tests.factories.households import HouseholdFactory, PersonFactory


class AidKindFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AidKind
        django_get_or_create = ("code",)

    code = "energie"
    name = "Secours énergie"
    nature = AidNature.ENERGY


class AidRuleFactory(factory.django.DjangoModelFactory):
    """400 euros at most a request, 600 a year, twelve months apart: 100 % up to 6 euros a day, 50 % up to 9."""

    class Meta:
        model = AidRule

    kind = factory.SubFactory(AidKindFactory)
    valid_from = date(2026, 1, 1)
    ceiling = Decimal(400)
    yearly_ceiling = Decimal(600)
    delay_months = 12
    scale = factory.LazyFunction(
        lambda: [{"up_to": "6.00", "share": "100"}, {"up_to": "9.00", "share": "50"}]
    )
    deliberation = "Délibération 2025-31 du 11/12/2025"
    author = factory.SubFactory(UserFactory, role=Role.DIRECTOR)

    class Params:
        advance = factory.Trait(
            kind=factory.SubFactory(
                AidKindFactory, code="avance", name="Avance remboursable", nature="housing"
            ),
            repayable=True,
            most_instalments=10,
        )
        delegated = factory.Trait(delegation=True, delegation_ceiling=Decimal(150))


class AidEnvelopeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AidEnvelope

    kind = factory.SubFactory(AidKindFactory)
    year = 2026
    budget_line = "65134"
    amount = Decimal(10_000)


class AidRequestFactory(factory.django.DjangoModelFactory):
    """A draft of 280 euros for the electricity; each trait carries it further."""

    class Meta:
        model = AidRequest

    number = factory.Sequence(lambda n: f"A-2026-{n:05d}")
    household = factory.SubFactory(HouseholdFactory)
    applicant = factory.SubFactory(PersonFactory)
    kind = factory.SubFactory(AidKindFactory)
    rule = None
    agent = factory.SubFactory(UserFactory)
    opened_on = date(2026, 11, 2)
    amount = Decimal(280)
    payee_kind = PayeeKind.SUPPLIER
    payee = "EDF"
    purpose = "Facture d’électricité impayée après une perte d’emploi."
    opinion = "favourable"
    proposed_amount = Decimal(280)

    class Params:
        proposed = factory.Trait(state=AidState.PROPOSED)
        granted = factory.Trait(
            state=AidState.DECIDED,
            decision=AidDecision.GRANTED,
            decision_on=date(2026, 11, 12),
            granted_amount=Decimal(280),
            envelope=factory.SubFactory(AidEnvelopeFactory, kind=factory.SelfAttribute("..kind")),
        )
        notified = factory.Trait(
            granted=True,
            state=AidState.NOTIFIED,
            notified_on=date(2026, 11, 16),
            notice=NoticeChannel.POST,
        )


class BoardMemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BoardMember

    name = factory.Sequence(lambda n: f"Membre {n}")
    seat = Seat.ELECTED
    start = date(2026, 1, 1)


class AidSessionFactory(factory.django.DjangoModelFactory):
    """A session of three members, the first of whom presides; `open` when the roll was called."""

    class Meta:
        model = AidSession
        skip_postgeneration_save = True

    held_on = date(2026, 11, 24)
    starts_at = time(14)
    place = "Salle du conseil"
    quorum = 2
    created_by = factory.SubFactory(UserFactory, role=Role.DIRECTOR)

    @factory.post_generation
    def members(self, create: bool, extracted: list[BoardMember] | None, **kwargs: object) -> None:
        for member in extracted or [
            BoardMemberFactory(office="president"),
            *BoardMemberFactory.create_batch(2),
        ]:
            SessionSeat.objects.create(session=self, member=member)


SHEET = {
    "composition": "Personne seule (1 adulte)", "commune": None, "off_territory": False, "kind": "Secours énergie",
    "nature": "Énergie", "form": "En argent", "payee": "Fournisseur", "repayable": False, "instalments": None,
    "urgent": False, "purpose": "Facture d’électricité.", "amount": "280.00", "opinion": "Favorable",
    "proposed": "280.00", "derogation": "", "cautions": [], "resources": "900.00", "charges": "780.00",
    "remaining": "120.00", "daily": "4.00", "quotient": "410.00", "budget_on": "2026-11-01",
}  # fmt: skip


class AgendaItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AgendaItem

    session = factory.SubFactory(AidSessionFactory)
    request = factory.SubFactory(AidRequestFactory, state=AidState.LISTED)
    position = factory.Sequence(lambda n: n + 1)
    sheet = factory.LazyAttribute(lambda item: {**SHEET, "number": item.request.number})
