"""From the file to OpenFisca-France; field by field, with what is supposed: docs/adr/0012-estimates.md."""

from collections.abc import Mapping

from households.enums import Activity, HousingStatus
from rights.estimates.enums import EstimatedKind as K

OTHER_RESOURCE = "autre-ressource"
# Resource of the budget -> monthly variables of the person. Several: what one amount stands for.
PERSONAL: Mapping[str, tuple[str, ...]] = {
    "salaire": ("salaire_net", "salaire_imposable", "salaire_de_base"),
    "independant": ("rpns_auto_entrepreneur_benefice",),
    "are": ("chomage_net", "chomage_imposable", "chomage_brut"),
    "ij": ("indemnites_journalieres_maladie",),
    "invalidite": ("pensions_invalidite",),
    "retraite": ("retraite_nette", "retraite_imposable", "retraite_brute"),
    "reversion": ("retraite_nette", "retraite_imposable", "retraite_brute"),
    "pension-recue": ("pensions_alimentaires_percues",),
    "bourse": ("bourse_enseignement_sup",),
    "aah": ("aah",),
    # Of a kind the file does not say: counted by the RSA, the prime d'activité and the CSS, and told as a doubt.
    OTHER_RESOURCE: ("gains_exceptionnels",),
}
PAID_ALIMONY = "pension-versee"
RENT = "loyer"
HEALTH_INSURANCE = "mutuelle"

# Lines of the budget that say a benefit is paid already.
RECEIVED: Mapping[str, tuple[str, ...]] = {
    K.RSA: ("rsa",),
    K.ACTIVITY_BONUS: ("ppa",),
    K.HOUSING_AID: ("apl", "apl-bailleur"),
    K.FAMILY: ("af",),
    K.SUPPORT: ("asf",),
    K.FAMILY_SUPPLEMENT: ("cf",),
    K.DISABILITY: ("aah",),
    K.OLD_AGE: ("aspa",),
}

TENANT_EMPTY, TENANT_SOCIAL, OWNER, FREE, HOMELESS, SHARED = (
    "locataire_vide",
    "locataire_hlm",
    "proprietaire",
    "loge_gratuitement",
    "sans_domicile",
    "locataire_foyer",
)
HOUSING: Mapping[str, str] = {
    HousingStatus.OWNER: OWNER,
    HousingStatus.PRIVATE_TENANT: TENANT_EMPTY,
    HousingStatus.SOCIAL_TENANT: TENANT_SOCIAL,
    HousingStatus.CIAS_HOUSED: FREE,  # not cumulable with ALT (CSS, L851-1): no housing aid is estimated
    HousingStatus.SHELTER: FREE,
    HousingStatus.WITH_FAMILY: FREE,
    HousingStatus.WITH_OTHERS: FREE,
    HousingStatus.INSTITUTION: SHARED,
    HousingStatus.HOTEL: HOMELESS,
    HousingStatus.MAKESHIFT: HOMELESS,
    HousingStatus.HOMELESS: HOMELESS,
    HousingStatus.OTHER: HOMELESS,
    HousingStatus.UNKNOWN: HOMELESS,
}
# Those whose rent may open housing aid.
TENANTS = (HousingStatus.PRIVATE_TENANT, HousingStatus.SOCIAL_TENANT)

ACTIVITY: Mapping[str, str] = {
    Activity.EMPLOYED: "actif",
    Activity.SELF_EMPLOYED: "actif",
    Activity.JOB_SEEKER: "chomeur",
    Activity.TRAINING: "etudiant",
    Activity.RETIRED: "retraite",
    Activity.DISABLED: "inactif",
    Activity.AT_HOME: "inactif",
    Activity.OTHER: "inactif",
    Activity.UNKNOWN: "inactif",
}

# Somebody of this age has rights of their own, even with their parents (CASF, R262-3 for the RSA).
OF_THEIR_OWN = 25
