"""What a new installation starts with for domiciliation; from then on the rows belong to those who edit them."""

from datetime import date

from cias.core.sources import Certainty
from rights.domiciliation.enums import DeskKind
from rights.models import DeskRule, DomiciliationRule, DomiciliationSettings

ABSENCE = "CASF, art. L264-5 et D264-3\u00a0: plus de trois mois sans se manifester\u00a0; numéros d’article à vérifier"
PRACTICE = "Pratique des outils de domiciliation (DomiFa)\u00a0: à confirmer par le règlement du CIAS"

RULE = {
    "valid_from": date(2016, 9, 1),
    "absence_months": 3,
    "alert_months": 2,
    "alert_days": 15,
    "most_proxies": 5,
    "source": ABSENCE,
    "certainty": Certainty.TO_CHECK,
    "practice_source": PRACTICE,
    "practice_certainty": Certainty.TO_CHECK,
}

# Kind, whether it is a manifestation of the person, source.
DESK: tuple[tuple[DeskKind, bool, str], ...] = (
    (DeskKind.VISIT, True, "CASF, art. D264-3\u00a0: la personne s’est présentée"),
    (DeskKind.CALL, True, "CASF, art. D264-3\u00a0: la personne s’est manifestée"),
    (DeskKind.ARRIVED, False, "Le courrier d’un tiers n’est pas une manifestation de la personne"),
    (DeskKind.HANDED, True, "CASF, art. D264-3\u00a0: la personne s’est présentée"),
    (DeskKind.HANDED_PROXY, False, PRACTICE),
    (DeskKind.FORWARDED, True, PRACTICE),
    (DeskKind.RETURNED, False, PRACTICE),
)


def seed() -> None:
    """Create the settings, the rule and the effects of each event that are not there yet."""
    if not DomiciliationSettings.objects.exists():
        DomiciliationSettings.objects.create()
    if not DomiciliationRule.objects.exists():
        DomiciliationRule.objects.create(**RULE)
    known = set(DeskRule.objects.values_list("rule", "code"))
    DeskRule.objects.bulk_create(
        DeskRule(rule=rule, code=kind, resets_clock=resets, source=source, certainty=Certainty.TO_CHECK)
        for rule in DomiciliationRule.objects.all()
        for kind, resets, source in DESK
        if (rule.pk, kind.value) not in known
    )
