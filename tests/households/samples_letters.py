"""Objects behind the addresses of orientations, letters and partners."""

from typing import Any

from cias.accounts.enums import Role
from tests.factories import LetterFactory, PartnerFactory, ReferralInFactory, ReferralOutFactory


def letter_kwargs(world: Any) -> dict[str, object]:
    partner = PartnerFactory()
    received = ReferralInFactory(household=world.household, demand="canari-demande")
    sent = ReferralOutFactory(
        household=world.household,
        partner=partner,
        purpose="canari-orientation",
        sent_by=world.agents[Role.SOCIAL_WORKER],
    )
    letter = LetterFactory(
        household=world.household,
        author=world.agents[Role.SOCIAL_WORKER],
        body="canari-courrier",
        finished=True,
    )
    return {
        "partner_id": partner.pk,
        "referral_in_id": received.pk,
        "referral_out_id": sent.pk,
        "letter_id": letter.pk,
        "letter_template_id": letter.version.template_id,
    }
