"""The clock of absence, recomputed from the register each time it changes."""

from datetime import date

from django.db.models import Max

from rights.domiciliation import rules
from rights.domiciliation.states import ATTESTED
from rights.models import Domiciliation, DomiciliationRule


def last_contact(domiciliation: Domiciliation) -> date | None:
    """The last day the person showed up or called: a request, an interview, or an event that counts as one."""
    days = [
        domiciliation.register.signs_of_life().aggregate(day=Max("day"))["day"],
        *domiciliation.elections.aggregate(asked=Max("requested_on"), met=Max("interview_on")).values(),
    ]
    return max((day for day in days if day is not None), default=None)


def refresh(domiciliation: Domiciliation) -> None:
    """Write the last contact, and the alert and limit it gives while the latest attestation has not been ended.

    Nothing is ever ended here: an agent decides (CASF, L264-5).
    """
    domiciliation.last_contact_on = last_contact(domiciliation)
    domiciliation.alert_on = domiciliation.absence_due_on = None
    latest = domiciliation.elections.filter(state__in=ATTESTED).order_by("-starts_on").first()
    if latest is not None and latest.ended_on is None and domiciliation.last_contact_on is not None:
        rule = DomiciliationRule.objects.on(domiciliation.last_contact_on)
        found = rules.absence(domiciliation.last_contact_on, list(domiciliation.pauses.all()), rule)
        if found is not None:
            domiciliation.alert_on, domiciliation.absence_due_on = found.alert_on, found.due_on
    domiciliation.save(update_fields=["last_contact_on", "alert_on", "absence_due_on"])
