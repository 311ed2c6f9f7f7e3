"""The letters a new installation starts with; its people edit them afterwards, each edit being a version.

A template that is already there is never touched again, even renamed or deactivated.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cias.core.reference import seed_missing
from households.enums import LetterCategory
from households.models import LetterTemplate, LetterTemplateVersion


@dataclass(frozen=True, kw_only=True)
class Sheet:
    code: str
    name: str
    category: LetterCategory
    subject: str
    body: str


GREETINGS = "Nous vous prions d’agréer, {appel}, nos salutations distinguées."

SHEETS = (
    Sheet(
        code="convocation",
        name="Convocation à un rendez-vous",
        category=LetterCategory.APPOINTMENT,
        subject="votre rendez-vous du {rdv_date_courte}",
        body=f"""{{appel}},

Nous vous proposons un rendez-vous :

**{{rdv_date_longue}} à {{rdv_heure}}**
avec {{rdv_agent}}, {{rdv_lieu}}

Si cette date ne vous convient pas, appelez-nous au {{structure_telephone}} : nous en chercherons une autre \
ensemble.

{GREETINGS}""",
    ),
    Sheet(
        code="relance-pieces",
        name="Relance : pièces à fournir",
        category=LetterCategory.PIECES,
        subject="pièces à fournir pour votre dossier",
        body=f"""{{appel}},

Pour que votre demande avance, il nous manque encore :

{{pieces_manquantes}}

Vous pouvez les déposer à l’accueil ou nous en envoyer une copie. Si vous ne pouvez pas obtenir l’une d’elles, \
dites-le-nous : nous chercherons une solution avec vous.

{GREETINGS}""",
    ),
    Sheet(
        code="orientation",
        name="Orientation vers un partenaire",
        category=LetterCategory.REFERRAL,
        subject="orientation de {nom_complet}",
        body="""{appel},

Nous accompagnons {nom_complet} et sollicitons votre service :

**{orientation_objet}**

Informations transmises : {partage_contenu}.
Ce qui le permet : {partage_fondement}.

Merci de nous faire connaître votre réponse avant le {orientation_reponse}, en rappelant nos références. Nous \
restons à votre disposition au {structure_telephone}.

Veuillez agréer, Madame, Monsieur, nos salutations distinguées.""",
    ),
    Sheet(
        code="attestation-passage",
        name="Attestation de passage",
        category=LetterCategory.CERTIFICATE,
        subject="attestation de passage",
        body="""Je soussigné(e), {agent}, {agent_fonction}, \
atteste que {nom_complet} a été reçu(e) par \
{dernier_rdv_agent} le {dernier_rdv_date}, dans les locaux du {structure}.

Cette attestation est remise à la personne pour faire valoir ce que de droit.""",
    ),
    Sheet(
        code="reponse-defavorable",
        name="Réponse défavorable, avec orientation",
        category=LetterCategory.ANSWER,
        subject="réponse à votre demande",
        body=f"""{{appel}},

Nous avons étudié votre demande avec attention. Nous ne pouvons pas y répondre favorablement, pour la raison \
suivante :

[à compléter : la raison, en mots simples]

D’autres solutions existent. Nous vous proposons de prendre contact avec :

[à compléter : le service et ses coordonnées]

Si vous n’êtes pas d’accord avec cette réponse, vous pouvez nous écrire ou demander à rencontrer {{referent}}.

{GREETINGS}""",
    ),
    Sheet(
        code="cloture",
        name="Fin de suivi",
        category=LetterCategory.CLOSING,
        subject="fin de votre accompagnement",
        body=f"""{{appel}},

Vous étiez accompagné(e) par notre service depuis le {{suivi_depuis}}. Comme convenu ensemble, cet \
accompagnement prend fin.

Si votre situation change, vous pouvez nous appeler à tout moment au {{structure_telephone}} : votre dossier \
pourra être rouvert.

{GREETINGS}""",
    ),
    Sheet(
        code="information-donnees",
        name="Information sur vos données",
        category=LetterCategory.NOTICE,
        subject="ce que nous enregistrons à votre sujet, et vos droits",
        body=f"""{{appel}},

Pour vous accompagner, le {{structure}} enregistre dans un dossier votre identité, vos coordonnées, la \
composition de votre ménage et ce qui est utile à vos démarches.

**Pourquoi ?** Pour exercer notre mission d’intérêt public d’action sociale (règlement (UE) 2016/679, art. 6.1.e).

**Qui peut les lire ?** Les agents du CIAS chargés de votre dossier, tenus au secret professionnel. Rien n’est \
transmis à un partenaire sans votre accord, sauf si la loi le permet.

**Combien de temps ?** Deux ans après notre dernier contact, puis selon les règles des archives publiques.

**Vos droits :**
- lire votre dossier et en recevoir une copie ;
- faire corriger ce qui est inexact ;
- vous opposer à certains usages.

Écrivez pour cela à {{contact_donnees}}. Si notre réponse ne vous convient pas, vous pouvez saisir la CNIL \
(www.cnil.fr).

{GREETINGS}""",
    ),
    Sheet(
        code="libre",
        name="Courrier libre",
        category=LetterCategory.OTHER,
        subject="[à compléter : l’objet]",
        body=f"""{{appel}},

[à compléter : le texte]

{GREETINGS}""",
    ),
)  # fmt: skip


def seed() -> None:
    seed_letters(SHEETS)


def seed_letters(sheets: Sequence[Sheet]) -> None:
    """Templates that are missing, and the first words of those that have none; upper apps bring theirs."""
    rows = [{"code": sheet.code, "name": sheet.name, "category": sheet.category} for sheet in sheets]
    names = set(LetterTemplate.objects.exclude(code__isnull=False).values_list("name", flat=True))
    seed_missing(LetterTemplate, "code", [row for row in rows if row["name"] not in names])
    by_code = {sheet.code: sheet for sheet in sheets}
    wordless = LetterTemplate.objects.filter(code__in=by_code, versions=None)
    LetterTemplateVersion.objects.bulk_create(
        LetterTemplateVersion(
            template=template,
            number=1,
            subject=by_code[template.code].subject,
            body=by_code[template.code].body,
        )
        for template in wordless
        if template.code
    )
