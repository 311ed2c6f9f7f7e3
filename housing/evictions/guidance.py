"""What the CIAS can do at each stage of a procedure: a plain list, each line with where it is done."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.urls import reverse

from housing.evictions.enums import ActKind, TrackKind
from housing.evictions.states import RIGHT_OF, STAGE_OF
from housing.models import EvictionFile

K = ActKind


@dataclass(frozen=True)
class Advice:
    """`url` opens a page, or is sent to when `is_post`; "" when it is done elsewhere."""

    code: str
    label: str
    why: str
    icon: str = ""
    button: str = ""
    url: str = ""
    is_post: bool = False


def _household(name: str) -> Callable[[EvictionFile], str]:
    return lambda file: reverse(name, args=[file.household_id])


def _right(code: str) -> Callable[[EvictionFile], str]:
    return lambda file: reverse("rights:open", args=[file.household_id, code])


def _track(kind: TrackKind) -> Callable[[EvictionFile], str]:
    return lambda file: reverse("housing:eviction_track", args=[file.pk, kind.value])


def _file(name: str) -> Callable[[EvictionFile], str]:
    return lambda file: reverse(name, args=[file.pk])


type Line = tuple[str, str, str, str, Callable[[EvictionFile], str] | None, bool]

# code → label, why, icon, button, where, whether it is sent.
LINES: Mapping[str, Line] = {
    "landlord": (
        "Joindre le bailleur", "Comprendre la dette, obtenir le décompte, ouvrir la discussion d’un plan.",
        "bi-envelope-paper", "Écrire un courrier", _household("households:letter_create"), False),
    "budget": (
        "Faire le budget avec le ménage", "Reprise du loyer courant possible ou non, mensualité tenable.",
        "bi-calculator", "Situation et budget", _household("households:situation"), False),
    "fsl": (
        "Demander le FSL, maintien dans le logement", "Aide ou prêt pour la dette, si le loyer courant est repris.",
        "bi-folder-plus", "Ouvrir le dossier FSL", _right(RIGHT_OF[TrackKind.FSL]), False),
    "plan": (
        "Proposer un plan d’apurement", "Une mensualité en plus du loyer, signée du bailleur, transmise à la CAF.",
        "bi-list-check", "Engager un plan", _track(TrackKind.PLAN), True),
    "ccapex": (
        "Signaler à la CCAPEX", "Elle coordonne la CAF, le Département, le bailleur et la préfecture.",
        "bi-send", "Lettre de signalement", _file("housing:eviction_ccapex"), False),
    "overindebted": (
        "Étudier le surendettement",
        "La recevabilité suspend les poursuites\u00a0; l’effacement peut couvrir le loyer.",
        "bi-folder-plus", "Ouvrir le dossier", _right(RIGHT_OF[TrackKind.OVERINDEBTED]), False),
    "diagnosis": (
        "Écrire le diagnostic social et financier", "Le juge le lit avant l’audience\u00a0; il fonde les délais.",
        "bi-file-earmark-text", "Écrire le diagnostic", _file("housing:diagnosis_start"), True),
    "court": (
        "Préparer l’audience",
        "Le ménage vient\u00a0: aide juridictionnelle, preuves de paiement, demande de délais.", "", "", None, False),
    "protocol": (
        "Proposer un protocole de cohésion sociale",
        "Bailleur social, bail résilié\u00a0: le bail renaît si le plan est tenu.",
        "bi-list-check", "Engager un protocole", _track(TrackKind.PROTOCOL), True),
    "appeal": (
        "Décider d’un appel",
        "Avec un avocat, dans le délai\u00a0; il ne suspend pas toujours l’exécution.", "", "", None, False),
    "jex": (
        "Saisir le juge de l’exécution",
        "Demander des délais pour quitter les lieux\u00a0; possible jusqu’à l’expulsion.",
        "", "", None, False),
    "social_housing": (
        "Demander un logement social", "Le numéro unique est demandé partout, la préfecture et le DALO compris.",
        "bi-house-add", "Ouvrir la demande", _household("housing:application_create"), False),
    "dalo": (
        "Déposer un recours DALO", "Menacé d’expulsion sans relogement\u00a0: un motif sans condition de délai.",
        "bi-bank", "Ouvrir un recours", _household("housing:dalo_create"), False),
    "prefecture": (
        "Écrire à la préfecture",
        "Enquête avant le concours de la force publique\u00a0: santé, enfants, relogement proche.",
        "bi-envelope-paper", "Écrire un courrier", _household("households:letter_create"), False),
    "shelter": (
        "Chercher un hébergement", "Places du CIAS, SIAO\u00a0: ne pas attendre le jour de l’expulsion.",
        "bi-door-open", "Faire entrer en hébergement", _household("housing:admit"), False),
}  # fmt: skip

BY_STAGE: Mapping[str, tuple[str, ...]] = {
    "": ("landlord", "budget", "fsl", "plan", "ccapex"),
    "impaye": ("landlord", "budget", "plan", "fsl", "overindebted", "ccapex"),
    "commandement": ("landlord", "budget", "plan", "fsl", "overindebted", "ccapex", "social_housing"),
    "assignation": ("diagnosis", "court", "plan", "fsl", "overindebted", "social_housing", "dalo"),
    "jugement": ("plan", "protocol", "appeal", "overindebted", "social_housing", "dalo"),
    "quitter": ("jex", "dalo", "social_housing", "protocol", "shelter"),
    "force": ("prefecture", "shelter", "dalo", "social_housing", "jex"),
}
AFTER_EVICTION = ("shelter", "social_housing", "dalo")

# The acts most likely to come next, proposed as buttons; the others are one click further.
NEXT: Mapping[str, tuple[ActKind, ...]] = {
    "": (K.UNPAID, K.REPORT_CAF, K.PAYMENT_ORDER),
    "impaye": (K.PAYMENT_ORDER, K.REPORT_CCAPEX, K.DEBT_PAID),
    "commandement": (K.SUMMONS, K.REPORT_CCAPEX, K.DEBT_PAID, K.PLAN_KEPT),
    "assignation": (K.PREFECT_NOTICE, K.HEARING, K.JUDGMENT),
    "jugement": (K.SERVICE, K.QUIT_ORDER, K.APPEAL, K.PLAN_KEPT),
    "quitter": (K.JEX, K.JEX_DECISION, K.FORCE_REQUEST, K.REHOUSED),
    "force": (K.FORCE_GRANTED, K.FORCE_REFUSED, K.EVICTION, K.REHOUSED),
    "termine": (),
}


def advice(file: EvictionFile) -> Iterator[Advice]:
    """What may be done now, the most useful first; nothing once the file came to a good end."""
    codes = BY_STAGE.get(stage_of(file), ())
    if file.stage == K.EVICTION:
        codes = AFTER_EVICTION
    for code in codes:
        label, why, icon, button, where, is_post = LINES[code]
        yield Advice(code, label, why, icon, button, where(file) if where else "", is_post)


def stage_of(file: EvictionFile) -> str:
    """The step a director counts by; "" when nothing of the procedure is known."""
    return STAGE_OF.get(file.stage, "")


def next_acts(file: EvictionFile) -> tuple[ActKind, ...]:
    return NEXT[stage_of(file)]
