"""The questionnaires of a session as counts, and the balance of who led it."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from insertion.models import WorkshopEvaluation
from insertion.workshops.enums import SessionState


@transaction.atomic
def save_evaluation(*, by: User, evaluation: WorkshopEvaluation) -> WorkshopEvaluation:
    """Raises PermissionDenied, ValidationError (not held, more answers than persons), ConstraintViolation."""
    if not by.has_perm("workshops.attendance"):
        raise PermissionDenied
    session = evaluation.session
    if session.state != SessionState.HELD:
        raise ValidationError("Enregistrez d’abord les présences.", code="state")
    present = session.registrations.present().count()
    if evaluation.returned > present:
        raise ValidationError(
            {"returned": f"Il y a plus de questionnaires que de personnes présentes ({present})."}
        )
    evaluation.by = by
    with signed_by(by), typed_violations():
        evaluation.save()
    return evaluation
