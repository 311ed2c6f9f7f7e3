"""A few protected files, with appointments that show as taken time, and emergency accesses to review (C3)."""

from appointments.models import Appointment
from cias.accounts.models import User
from cias.demo.world import World
from households.enums import EmergencyVerdict, ProtectionReason
from households.models import EmergencyAccess, Household
from households.services import protect_household, review_emergency
from households.services.protection import EMERGENCY_LASTS

# Who protects a file they receive this week, why, and who else is named.
FILES = (
    ("ts4", ProtectionReason.SHELTERED, "", ("accueil",)),
    ("ts6", ProtectionReason.RELATIVE, "", ("ts8",)),
    ("ts8", ProtectionReason.VIOLENCE, "", ("accueil", "direction")),
    ("ts10", ProtectionReason.ELECTED, "", ()),
    ("ts11", ProtectionReason.OTHER, "Témoin dans une affaire en cours", ("ts4",)),
)
# Who broke the glass of which of these files, how many days ago, why, and what the direction thought of it.
EMERGENCIES = (
    (0, "ts2", 1, "La personne est là ou appelle, et aucun agent nommé n’est joignable", "", ""),
    (2, "ts3", 3, "Une échéance tombe en l’absence des agents nommés", "", ""),
    (1, "ts5", 24, "Danger pour une personne du ménage", EmergencyVerdict.JUSTIFIED, "Signalement fait le jour même."),
    (3, "ts9", 40, "Demande d’une autorité", EmergencyVerdict.UNJUSTIFIED, "La demande pouvait attendre le lendemain."),
)  # fmt: skip


def create_protected_files(world: World) -> None:
    households = []
    for key, reason, precision, named in FILES:
        household = _received_by(world, world.users[key])
        if household is None:
            continue
        protect_household(
            by=world.users[key],
            household=household,
            reason=reason,
            precision=precision,
            agents=[world.users[name] for name in named],
        )
        households.append(household)
    for place, key, days, why, verdict, comment in EMERGENCIES:
        if place >= len(households):
            continue
        opened_at = world.morning(days)
        access = EmergencyAccess.objects.create(
            household=households[place],
            agent=world.users[key],
            reason=why,
            opened_at=opened_at,
            expires_at=opened_at + EMERGENCY_LASTS,
        )
        if verdict:
            review_emergency(by=world.users["direction"], access=access, verdict=verdict, comment=comment)


def _received_by(world: World, agent: User) -> Household | None:
    """The household of the agent's next appointment: its protection is seen in the agendas at once."""
    rows = Appointment.objects.filter(
        agent=agent,
        second_agent=None,
        household__isnull=False,
        household__is_protected=False,
        start__gte=world.now,
    )
    row = rows.select_related("household").order_by("start", "pk").first()
    return row.household if row is not None else None
