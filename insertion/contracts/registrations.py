"""What the contracts contribute to a household's file."""

from collections.abc import Iterator

from cias.accounts.models import User
from cias.core import merging, registry
from cias.core.paths import path_to
from cias.core.registry import ContactSource, TimelineItem
from households.enums import Domain
from households.models import Household
from insertion.contracts import statistics
from insertion.models import EngagementContract


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    contracts = EngagementContract.objects.for_user(user, household.pk).select_related("orientation__person")
    for contract in contracts.exclude(signed_by_person_on=None):
        yield TimelineItem(
            at=contract.signed_by_person_on or contract.start, icon="bi-pen", title="Contrat d’engagement signé",
            text=f"{contract.orientation.person.full_name}, jusqu’au {contract.end:%d/%m/%Y}",
            url=path_to("insertion:contract", contract.pk), domain=Domain.INSERTION, kind="insertion",
        )  # fmt: skip


def register() -> None:
    signed = EngagementContract.objects.filter(signed_by_person_on__isnull=False).all
    registry.contacts.register(
        "insertion",
        ContactSource(label="Contrat d’engagement signé", rows=signed, at="signed_by_person_on"),
    )
    registry.timeline.register("insertion-contracts", timeline, about=("insertion.EngagementContract",))
    merging.move("insertion.EngagementContract.household")
    statistics.register()
