"""Durations of keeping and the information notice a new installation starts with (C7, C8)."""

from datetime import date

from cias.core.sources import Certainty
from households.enums.datalife import Clock
from households.models import PrivacyNotice, RetentionRule

RULES = (
    {
        "code": Clock.FILE,
        "months": 24,
        "valid_from": date(2021, 3, 11),
        "source": "CNIL, référentiel du 11 mars 2021 (délibération 2021-028)\u00a0: deux ans après le dernier contact "
        "émanant de la personne, puis archivage ou élimination.",
        "certainty": Certainty.VERIFIED,
    },
    {
        "code": Clock.ACCOUNTING,
        "months": 120,
        "valid_from": date(2021, 3, 11),
        "source": "Pièces budgétaires et comptables\u00a0: dix ans. Seuls restent le numéro de la demande et la "
        "référence du paiement, qui mènent à la pièce tenue par la comptabilité.",
        "certainty": Certainty.TO_CHECK,
    },
    {
        "code": Clock.REQUEST,
        "months": 60,
        "valid_from": date(2021, 3, 11),
        "source": "Preuve de la réponse à une demande d’exercice de droits (RGPD, art. 5.2 et 12)\u00a0: cinq ans.",
        "certainty": Certainty.TO_CHECK,
    },
)
SHORT = (
    "Le CIAS enregistre des informations sur votre situation pour vous recevoir, instruire vos demandes et vous "
    "accompagner. C’est une mission d’intérêt public. Seules les personnes qui vous accompagnent les lisent, "
    "et elles sont tenues au secret. Vous pouvez les consulter, en demander une copie, les faire corriger. Elles sont "
    "effacées deux ans après votre dernier contact avec nous. Pour toute question, écrivez au délégué à la "
    "protection des données. Si vous n’êtes pas satisfait de la réponse, vous pouvez vous plaindre à la CNIL "
    "(www.cnil.fr)."
)
FULL = (
    "## Qui est responsable de vos informations ?\n"
    "Le centre intercommunal d’action sociale (CIAS), représenté par son président.\n\n"
    "## À quoi servent-elles ?\n"
    "À vous recevoir, à évaluer votre situation avec vous, à instruire vos demandes d’aides et de droits, à "
    "vous accompagner dans le logement et l’insertion. Des chiffres sans nom servent à connaître les besoins "
    "du territoire.\n\n"
    "## De quel droit le CIAS les garde-t-il ?\n"
    "C’est une mission d’intérêt public et une obligation légale (RGPD, art. 6.1.c et 6.1.e ; Code de "
    "l’action sociale et des familles, art. L123-4 et suivants). Votre accord n’est demandé que pour certains "
    "partages avec d’autres organismes : vous pouvez le retirer.\n\n"
    "## Que gardons-nous ?\n"
    "Votre identité, vos coordonnées, la composition de votre foyer, votre situation, vos ressources et vos "
    "charges quand une demande le nécessite, vos rendez-vous, vos demandes, et les documents que vous "
    "apportez. Jamais votre religion ni vos opinions. Votre numéro de sécurité sociale n’est gardé que le "
    "temps d’une demande qui l’exige.\n\n"
    "## Qui les lit ?\n"
    "Les agents du CIAS chargés de votre accompagnement, tenus au secret professionnel. Chaque lecture est "
    "notée dans un journal. Ce que vous dites à la psychologue n’est lu que par elle.\n\n"
    "## À qui sont-elles transmises ?\n"
    "Aux organismes qui instruisent vos demandes (CAF, Département, bailleurs, fournisseurs d’énergie…), pour "
    "ce qui est strictement nécessaire.\n\n"
    "## Combien de temps ?\n"
    "Deux ans après votre dernier contact avec nous. Ensuite, avec l’accord des Archives départementales, "
    "tout ce qui permet de vous reconnaître est effacé. Il ne reste que des chiffres.\n\n"
    "## Quels sont vos droits ?\n"
    "Consulter vos informations et en recevoir une copie, les faire corriger, vous opposer à leur usage ou "
    "demander qu’il soit limité. Vous pouvez demander leur effacement ; il peut être refusé tant que la loi "
    "nous oblige à les garder. Nous répondons en un mois.\n\n"
    "## À qui écrire ?\n"
    "Au délégué à la protection des données, à l’adresse du CIAS. Si la réponse ne vous convient pas, vous "
    "pouvez saisir la CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, ou www.cnil.fr."
)


def seed() -> None:
    if not RetentionRule.objects.exists():
        RetentionRule.objects.bulk_create(RetentionRule(**row) for row in RULES)
    if not PrivacyNotice.objects.exists():
        PrivacyNotice.objects.create(valid_from=date(2021, 3, 11), short=_spaced(SHORT), full=_spaced(FULL))


def _spaced(text: str) -> str:
    """With the no-break spaces French puts before these signs."""
    for sign in (":", ";", "?", "!"):
        text = text.replace(f" {sign}", f"\u00a0{sign}")
    return text
