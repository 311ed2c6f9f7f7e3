"""The agents of the walk through every URL have what the pages about second factors show (tests/access)."""

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from cias.accounts.enums import Role
from cias.accounts.models import FactorReset
from cias.accounts.recovery_codes import HashedCodes
from tests.access.world import World


def sample_kwargs(world: World) -> dict[str, object]:
    for agent in world.agents.values():
        agent.set_password("Une phrase longue et facile")
        agent.save()
        TOTP.activate(agent, generate_totp_secret())
        HashedCodes.activate(agent)
    reset = FactorReset.objects.create(
        account=world.agents[Role.RECEPTION], asked_by=world.agents[Role.ADMIN], how="Vue au bureau"
    )
    return {"reset_id": reset.pk}
