"""What somebody new does first, by role: a card on the page each role arrives on, until it is put away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.audit.models import AccessLog

# An account is new for so long; then the card goes by itself.
SHOWN_FOR = timedelta(days=60)


@dataclass(frozen=True)
class Step:
    """`seen`: the screens whose line in the user's read log shows that the step was taken; none, it cannot be known."""

    title: str
    text: str
    url_name: str
    seen: tuple[str, ...] = ()
    is_second_factor: bool = False


@dataclass(frozen=True)
class Line:
    """A step as it is drawn; `done` None when nothing tells."""

    step: Step
    url: str
    done: bool | None


FACTOR = Step(
    "Protégez votre compte",
    "Une clé d’accès ou une application en plus du mot de passe.",
    "mfa_index",
    is_second_factor=True,
)
WHO_SEES = Step(
    "Sachez qui voit quoi",
    "Ce que votre rôle ouvre, et ce que les autres lisent de ce que vous écrivez.",
    "accounts:rights",
)
PRESENCES = Step(
    "Vérifiez vos horaires",
    "L’accueil ne propose que les heures de présence. Notez-y vos absences.",
    "appointments:presences",
)

STEPS: Mapping[Role, tuple[Step, ...]] = {
    Role.RECEPTION: (
        FACTOR,
        Step(
            "Cherchez quelqu’un",
            "La moitié d’un nom, un téléphone ou une date de naissance suffit\u00a0; la touche / y mène.",
            "households:list",
            ("households:search",),
        ),
        Step(
            "Prenez un rendez-vous",
            "Une page, du nom à la date à dire au téléphone.",
            "appointments:book",
            ("appointments:book",),
        ),
        Step(
            "Recevez une pièce",
            "Vous notez ce qui arrive sans voir le dossier\u00a0; l’agent est prévenu.",
            "rights:desk",
            ("rights:desk", "rights:desk_household"),
        ),
        Step(
            "Laissez un message à un agent",
            "Un appel, un passage\u00a0: l’agent le trouve sur sa page.",
            "appointments:messages",
            ("appointments:messages", "appointments:message_add"),
        ),
        WHO_SEES,
    ),
    Role.SOCIAL_WORKER: (
        FACTOR,
        PRESENCES,
        Step(
            "Ouvrez un dossier",
            "La page d’un ménage\u00a0: ce qui est dû, puis tout ce qui s’est passé.",
            "households:list",
            ("households:detail",),
        ),
        Step(
            "Écrivez une note",
            "Depuis un dossier, «\u00a0Écrire une note\u00a0»\u00a0: choisissez qui la lira. Rien ne se perd en route.",
            "households:list",
            ("households:note_create",),
        ),
        Step(
            "Regardez ce qui est à faire",
            "Échéances, tâches et messages de tous les domaines, les vôtres d’abord.",
            "dashboard:work",
            ("dashboard:work",),
        ),
        WHO_SEES,
    ),
    Role.PSYCHOLOGIST: (
        FACTOR,
        PRESENCES,
        Step(
            "Ouvrez votre semaine",
            "Vos rendez-vous\u00a0; les autres n’y lisent que «\u00a0Entretien\u00a0».",
            "appointments:mine",
            ("appointments:mine",),
        ),
        Step(
            "Entrez dans vos séances",
            "Vos suivis et vos notes, chiffrées, que personne d’autre ne lit.",
            "insertion:sessions",
            ("insertion:sessions",),
        ),
        WHO_SEES,
    ),
    Role.DIRECTOR: (
        FACTOR,
        Step(
            "Parcourez le pilotage",
            "Chaque nombre ouvre la liste qu’il compte.",
            "dashboard:steering",
            ("dashboard:steering",),
        ),
        Step(
            "Regardez ce que le service a à faire",
            "Par agent\u00a0: en retard, aujourd’hui, cette semaine.",
            "dashboard:service",
            ("dashboard:service",),
        ),
        Step(
            "Vérifiez la structure et ses horaires",
            "Ce qui figure sur les écrans et les courriers, et les heures où l’on reçoit.",
            "territory:structure",
        ),
        Step(
            "Relisez les accès d’urgence",
            "Qui a ouvert un dossier protégé, pourquoi\u00a0; vous donnez un avis.",
            "households:emergencies",
            ("households:emergencies",),
        ),
        Step(
            "Ouvrez un rapport ABS",
            "L’analyse des besoins sociaux\u00a0: compiler, écrire, publier.",
            "abs_reports:reports",
        ),
    ),
    Role.BOARD: (
        FACTOR,
        Step(
            "Lisez les chiffres du conseil",
            "Des totaux seulement\u00a0: les petits effectifs sont masqués.",
            "dashboard:board",
        ),
        Step(
            "Ouvrez un rapport publié",
            "L’analyse des besoins sociaux, en PDF et en classeur.",
            "abs_reports:reports",
        ),
        Step(
            "Retrouvez les séances de la commission",
            "Les fiches anonymes des commissions où vous siégez.",
            "rights:aid_sessions",
            ("rights:aid_session", "rights:aid_sheet"),
        ),
        WHO_SEES,
    ),
    Role.DPO: (
        FACTOR,
        Step(
            "Parcourez le journal",
            "Qui a ouvert, imprimé, exporté ou cherché quoi\u00a0: filtrez par agent, par action, par période.",
            "audit:log",
            ("audit:log",),
        ),
        Step(
            "Relisez les accès d’urgence",
            "Les dossiers protégés ouverts par exception, par leur numéro.",
            "households:emergencies",
            ("households:emergencies",),
        ),
        Step(
            "Relisez la page «\u00a0Données personnelles\u00a0»",
            "Ce que les personnes lisent de leurs droits.",
            "dashboard:privacy",
        ),
        WHO_SEES,
    ),
    Role.ADMIN: (
        FACTOR,
        Step(
            "Renseignez la structure",
            "Nom, adresse, contacts\u00a0: tout ce qui figure sur les écrans et les courriers.",
            "territory:structure",
        ),
        Step(
            "Fixez les horaires d’ouverture",
            "Sans eux, aucun rendez-vous n’est proposé.",
            "territory:hours",
        ),
        Step(
            "Créez les salles, les motifs et les équipes",
            "Ce que l’on choisit en prenant rendez-vous.",
            "appointments:settings",
        ),
        Step(
            "Ouvrez les comptes",
            "Chaque agent reçoit une invitation et choisit son mot de passe.",
            "accounts:list",
        ),
        WHO_SEES,
    ),
}
# Where the card stands: the page each role arrives on.
PAGES: Mapping[Role, str] = {
    Role.RECEPTION: "appointments:day",
    Role.SOCIAL_WORKER: "dashboard:home",
    Role.PSYCHOLOGIST: "dashboard:home",
    Role.DIRECTOR: "dashboard:home",
    Role.BOARD: "dashboard:board",
    Role.DPO: "dashboard:home",
    Role.ADMIN: "dashboard:administration",
}


def are_shown(user: User, view_name: str) -> bool:
    """Whether the card stands on this screen; asks nothing of the database."""
    since = user.first_steps_since
    return since is not None and PAGES[Role(user.role)] == view_name and timezone.now() - since < SHOWN_FOR


def lines(user: User) -> list[Line]:
    """The steps of the user's role, in one query whatever their number."""
    steps = STEPS[Role(user.role)]
    wanted = {name for step in steps for name in step.seen}
    since = max(user.created_at, (user.first_steps_since or timezone.now()) - SHOWN_FOR)
    log = AccessLog.objects.filter(user=user, at__gte=since, url_name__in=wanted)
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    factors = Authenticator.objects.filter(user=user, type__in=kinds)
    marks = log.values_list("url_name", flat=True).union(factors.values_list("type", flat=True))
    seen = set(marks.order_by())
    protected = not seen.isdisjoint(kinds)

    def done(step: Step) -> bool | None:
        if step.is_second_factor:
            return protected
        return bool(seen.intersection(step.seen)) if step.seen else None

    return [Line(step, reverse(step.url_name), done(step)) for step in steps]
