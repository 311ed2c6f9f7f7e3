"""The rules of a pathway a new installation starts with (domain-rules §4); they then belong to who edits them.

« À vérifier » is what nobody on the project has read in the text in force, or what the convention with the Département
sets.
"""

from datetime import date

from cias.core.reference import seed_missing
from cias.core.sources import Certainty
from insertion.followup.enums import ParameterCode
from insertion.models import LegitimateReason, PathwayParameter

VERIFIED, TO_CHECK = Certainty.VERIFIED, Certainty.TO_CHECK
LONG_AGO = date(2020, 1, 1)
FULL_EMPLOYMENT = date(2025, 1, 1)  # Loi n° 2023-1196, in force on that day.
P = ParameterCode
CONVENTION = "Convention avec le Département, à renseigner"
PRACTICE = "Pratique du CIAS"

PARAMETERS = (
    (P.FIRST_MEETING_DAYS, LONG_AGO, 15, CONVENTION, TO_CHECK),
    (P.CONTRACT_MONTHS, LONG_AGO, 2, "CASF, art. L262-35 et L262-36, avant 2025", TO_CHECK),
    (P.CONTRACT_MONTHS, FULL_EMPLOYMENT, 1, "C. trav., art. D5411-14-1", VERIFIED),
    (P.CONTRACT_ALERT_1, LONG_AGO, 15, PRACTICE, TO_CHECK),
    (P.CONTRACT_ALERT_2, LONG_AGO, 25, PRACTICE, TO_CHECK),
    (P.CONTRACT_ALERT_3, LONG_AGO, 30, PRACTICE, TO_CHECK),
    (P.MINIMUM_HOURS, LONG_AGO, 0, "Sans durée légale avant 2025", TO_CHECK),
    (P.MINIMUM_HOURS, FULL_EMPLOYMENT, 15, "C. trav., art. L5411-6", VERIFIED),
    (P.CONTRACT_END_ALERT, LONG_AGO, 30, PRACTICE, TO_CHECK),
    (P.REVIEW_ALERT, LONG_AGO, 15, PRACTICE, TO_CHECK),
    (P.MIDWAY_MONTHS, LONG_AGO, 6, "CASF, art. L262-31\u00a0: réexamen dès six mois", TO_CHECK),
    (P.SOCIAL_REVIEW_MONTHS, LONG_AGO, 6, "CASF, art. L262-31, avant 2025", TO_CHECK),
    (P.SOCIAL_REVIEW_MONTHS, FULL_EMPLOYMENT, 12, "CASF, art. L262-31 et D262-65-2-1", TO_CHECK),
    (P.MINIMUM_DAYS, LONG_AGO, 7, PRACTICE, TO_CHECK),
    (P.CONTACT_DAYS, LONG_AGO, 5, PRACTICE, TO_CHECK),
    (P.SUMMONS_DAYS, LONG_AGO, 8, PRACTICE, TO_CHECK),
    (P.NOTICE_DAYS, LONG_AGO, 10, PRACTICE, TO_CHECK),
    (P.ANSWER_DAYS, LONG_AGO, 10, "Délai d’observations\u00a0: C. trav., art. R5412-7\u00a0; CASF, art. R262-69",
     TO_CHECK),
)  # fmt: skip

LEGITIMATE = "C. trav., art. L5412-1 et s.\u00a0; règlement du Département"
REASONS = (
    "Maladie, hospitalisation, soins de la personne",
    "Maladie ou accident d’un enfant ou d’un proche à charge",
    "Garde d’enfant qui fait défaut",
    "Décès ou obsèques d’un proche",
    "Entretien d’embauche, essai ou travail ce jour-là",
    "Formation, examen ou concours",
    "Convocation d’une administration, d’un tribunal ou de la police",
    "Panne, grève ou absence de transport",
    "Convocation non reçue ou mal comprise",
    "Violences ou mise en danger de la personne",
    "Événement grave et imprévu (sinistre, perte du logement)",
)


def seed() -> None:
    """Create what is not there at all; a rule that somebody edited stays as it is."""
    known = set(PathwayParameter.objects.values_list("code", flat=True))
    PathwayParameter.objects.bulk_create(
        PathwayParameter(code=code, valid_from=day, value=value, source=source, certainty=certainty)
        for code, day, value, source, certainty in PARAMETERS
        if code not in known
    )
    seed_missing(
        LegitimateReason,
        "label",
        [{"label": label, "position": rank, "source": LEGITIMATE} for rank, label in enumerate(REASONS)],
    )
