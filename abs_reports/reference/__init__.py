"""Reference data of the reports: the catalogue of public indicators, and the legal basis of each edition."""

from abs_reports.models import Indicator, LegalBasis, MunicipalElection
from abs_reports.reference import census, insee, others
from abs_reports.reference.groups import rows_of
from abs_reports.reference.legal import CASF, DECREE, ELECTIONS, LEGAL_BASES
from cias.core.reference import seed_missing

INDICATORS = rows_of((*census.GROUPS, *insee.GROUPS, *others.GROUPS))


def seed() -> None:
    seed_missing(MunicipalElection, "on", [{"on": day, "source": source} for day, source in ELECTIONS])
    seed_missing(Indicator, "code", INDICATORS)
    for kind, text in LEGAL_BASES.items():
        LegalBasis.objects.get_or_create(
            kind=kind, valid_from=DECREE, defaults={"text": text, "source": CASF}
        )
