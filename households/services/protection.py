"""Protected files (C3): close a file to all but named agents, force its door with a reason, judge that afterwards."""

from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cias.accounts.enums import Role, Scope
from cias.accounts.models import User
from cias.audit.services import signed_by, state_reason
from cias.core.db import typed_violations
from households.enums import EmergencyVerdict, ProtectionReason
from households.models import EmergencyAccess, Household, HouseholdProtection, NamedAccess
from households.services.persons import lock_household

EMERGENCY_LASTS = timedelta(hours=1)
# Who works in a file and may be named on it; the psychologist still reads no more than what she receives people for.
NAMEABLE = (Role.RECEPTION, Role.SOCIAL_WORKER, Role.PSYCHOLOGIST, Role.DIRECTOR)
# Who can name others: a protected file never goes without one of them.
KEEPERS = (Role.SOCIAL_WORKER, Role.DIRECTOR)


def running_protection(household: Household) -> HouseholdProtection | None:
    return household.protections.filter(end=None).select_related("decided_by").first()


def is_named(user: User, household: Household) -> bool:
    """Whether `user` is named on this protected household, an emergency access apart."""
    return NamedAccess.objects.filter(
        agent=user, end=None, protection__household=household, protection__end=None
    ).exists()


def may_be_given(agent: User, household: Household) -> bool:
    """Whether work on this household can be given to `agent`: nobody is let into a protected file by the back door."""
    return not household.is_protected or is_named(agent, household)


def refuse_outsider(agent: User, household: Household, *, field: str | None = None) -> None:
    """Raise ValidationError when `agent` has no access to this protected household; said to somebody who has."""
    if may_be_given(agent, household):
        return
    said = (
        f"{agent.full_name} n’a pas accès à ce dossier protégé\u00a0: choisissez un agent nommé, "
        "ou faites d’abord nommer cette personne."
    )
    raise ValidationError({field: said} if field else said, code="outsider")


@transaction.atomic
def protect_household(
    *,
    by: User,
    household: Household,
    reason: str,
    precision: str = "",
    hides_address: bool = False,
    agents: Iterable[User] = (),
) -> HouseholdProtection:
    """Close the file to all but `agents` and `by`, who is always named.

    A file put under shelter hides its address whatever `hides_address` says. Raises PermissionDenied,
    ValidationError (an agent who cannot be named), ConstraintViolation (already protected, no precision).
    """
    if by.scope("files.protect") != Scope.ALL:
        raise PermissionDenied
    lock_household(household)
    with signed_by(by), typed_violations():
        protection = HouseholdProtection.objects.create(
            household=household,
            reason=reason,
            precision=precision,
            hides_address=hides_address or reason == ProtectionReason.SHELTERED,
            decided_by=by,
        )
        for agent in {one.pk: one for one in (by, *agents)}.values():
            _name(protection, agent, by)
    household.refresh_from_db(fields=["is_protected", "address_hidden"])
    return protection


@transaction.atomic
def change_protection(
    *, by: User, protection: HouseholdProtection, reason: str, precision: str, hides_address: bool
) -> HouseholdProtection:
    """Correct why the file is protected, and whether its address is hidden. Raises as protect_household()."""
    protection = _held(by, protection)
    with signed_by(by), typed_violations():
        protection.reason, protection.precision = reason, precision
        protection.hides_address = hides_address or reason == ProtectionReason.SHELTERED
        protection.save(update_fields=["reason", "precision", "hides_address"])
    return protection


@transaction.atomic
def name_agent(*, by: User, protection: HouseholdProtection, agent: User) -> NamedAccess:
    """Let `agent` enter; naming somebody twice changes nothing. Raises PermissionDenied, ValidationError."""
    protection = _held(by, protection)
    with signed_by(by), typed_violations():
        return _name(protection, agent, by)


@transaction.atomic
def rescue_file(*, by: User, protection: HouseholdProtection, agent: User) -> NamedAccess:
    """The direction names somebody on a file that nobody can open any more, without entering it.

    Raises PermissionDenied (not the direction, or somebody still can), ValidationError.
    """
    lock_household(protection.household)
    if by.scope("files.rescue") != Scope.ALL or not orphans().filter(pk=protection.pk).exists():
        raise PermissionDenied
    if agent.role not in KEEPERS:
        raise ValidationError("Nommez un travailleur social ou la direction.", code="not_a_keeper")
    with signed_by(by), typed_violations():
        return _name(protection, agent, by)


@transaction.atomic
def remove_access(*, by: User, access: NamedAccess) -> NamedAccess:
    """Take an agent's access away. Raises PermissionDenied, ValidationError when nobody could open the file after."""
    protection = _held(by, access.protection)
    others = protection.accesses.filter(end=None).exclude(pk=access.pk)
    if not _keepers(others).exists():
        raise ValidationError(
            "Il ne resterait personne pour ouvrir ce dossier\u00a0: nommez d’abord un autre travailleur social, "
            "ou la direction.",
            code="last_access",
        )
    with signed_by(by), typed_violations():
        access.end = timezone.localdate()
        access.save(update_fields=["end"])
    return access


@transaction.atomic
def lift_protection(*, by: User, protection: HouseholdProtection) -> HouseholdProtection:
    """The file opens again to all whom the matrix grants it; its history keeps who had been named."""
    protection = _held(by, protection)
    with signed_by(by), typed_violations():
        protection.end, protection.lifted_by = timezone.localdate(), by
        protection.save(update_fields=["end", "lifted_by"])
    return protection


@transaction.atomic
def break_glass(*, by: User, household: Household, reason: str) -> EmergencyAccess:
    """Let `by` in for an hour; the direction is told by its work list until somebody has judged it.

    The reason also opens what their role reads with a stated reason only. Raises PermissionDenied.
    """
    if by.scope("files.emergency") != Scope.ALL:
        raise PermissionDenied
    now = timezone.now()
    with signed_by(by), typed_violations():
        access = EmergencyAccess.objects.create(
            household=household, agent=by, reason=reason, opened_at=now, expires_at=now + EMERGENCY_LASTS
        )
    state_reason(user=by, subject_id=household.pk, reason=reason)
    return access


@transaction.atomic
def review_emergency(
    *, by: User, access: EmergencyAccess, verdict: str, comment: str = ""
) -> EmergencyAccess:
    """Judge an emergency access; one found unjustified ends at once.

    Raises PermissionDenied (without the right, or one's own), ValidationError (already judged), ConstraintViolation.
    """
    access = EmergencyAccess.objects.select_for_update().get(pk=access.pk)
    if by.scope("files.review") != Scope.ALL or access.agent_id == by.pk:
        raise PermissionDenied
    if access.reviewed_at is not None:
        raise ValidationError("Cet accès a déjà été relu.", code="reviewed")
    now = timezone.now()
    with signed_by(by), typed_violations():
        access.verdict, access.comment, access.reviewed_by, access.reviewed_at = verdict, comment, by, now
        if verdict == EmergencyVerdict.UNJUSTIFIED:
            access.expires_at = min(access.expires_at, now)
        access.save()
    return access


def orphans() -> QuerySet[HouseholdProtection]:
    """Protected files nobody can open any more: those named have left, or do other work."""
    kept = _keepers(NamedAccess.objects.filter(end=None)).values("protection")
    return HouseholdProtection.objects.filter(end=None).exclude(pk__in=kept)


def _keepers(accesses: QuerySet[NamedAccess]) -> QuerySet[NamedAccess]:
    return accesses.filter(Q(agent__is_active=True, agent__role__in=KEEPERS))


def _held(by: User, protection: HouseholdProtection) -> HouseholdProtection:
    """The protection as it stands now, locked with its household, for a keeper who is named on it."""
    lock_household(protection.household)
    protection = HouseholdProtection.objects.select_related("household").get(pk=protection.pk)
    named = is_named(by, protection.household)
    if by.scope("files.protect") != Scope.ALL or protection.end is not None or not named:
        raise PermissionDenied
    return protection


def _name(protection: HouseholdProtection, agent: User, by: User) -> NamedAccess:
    if not agent.is_active or agent.role not in NAMEABLE:
        raise ValidationError(
            f"{agent.full_name} ne peut pas être nommé sur un dossier protégé.", code="not_nameable"
        )
    access, _created = NamedAccess.objects.get_or_create(
        protection=protection, agent=agent, end=None, defaults={"given_by": by}
    )
    return access
