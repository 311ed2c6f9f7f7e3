"""What a new installation starts with: delays to check and have voted, and the words of the three reminders."""

from datetime import date

from cias.core.reference import seed_missing
from households.enums import LetterCategory
from households.reference.letters import GREETINGS, Sheet, seed_letters
from housing.models import DuesRule

RULE = {
    "valid_from": date(2020, 1, 1),
    "due_day": 10,
    "notice_days": 5,
    "first_reminder_days": 10,
    "second_reminder_days": 30,
    "last_reminder_days": 60,
    "most_instalments": 24,
    "broken_after_days": 15,
    "deposit_months": 1,
    "deposit_months_damaged": 2,
    "source": "Restitution du dépôt\u00a0: loi 89-462, art. 22 (par analogie pour l’hébergement). Échéance et "
    "relances\u00a0: usage, à fixer au règlement. À vérifier.",
}

PAY = """Vous pouvez payer par virement, par chèque ou à nos guichets. Si vous avez déjà payé, ne tenez pas compte de \
ce courrier."""

SHEETS = (
    Sheet(
        code="impaye-rappel",
        name="Impayé de participation\u00a0: premier rappel",
        category=LetterCategory.NOTICE,
        subject="votre participation, somme restant à payer",
        body=f"""{{appel}},

Sauf erreur de notre part, il reste à payer pour le logement «\u00a0{{sejour_logement}}\u00a0»\u00a0:

{{impaye_detail}}

soit **{{impaye_total}}**.

{PAY}

Si ce paiement vous pose une difficulté, appelez-nous au {{structure_telephone}}\u00a0: nous chercherons une solution \
avec vous.

{GREETINGS}""",
    ),
    Sheet(
        code="impaye-relance",
        name="Impayé de participation\u00a0: deuxième relance",
        category=LetterCategory.NOTICE,
        subject="votre participation, deuxième relance",
        body=f"""{{appel}},

Malgré notre premier rappel, il reste à payer pour le logement «\u00a0{{sejour_logement}}\u00a0»\u00a0:

{{impaye_detail}}

soit **{{impaye_total}}**, dont la plus ancienne somme devait être payée avant le {{impaye_depuis}}.

{PAY}

Nous vous proposons d’étaler cette somme sur plusieurs mois, ou d’étudier une aide avec vous. Prenez rendez-vous au \
{{structure_telephone}}, sans attendre que la somme augmente.

{GREETINGS}""",
    ),
    Sheet(
        code="impaye-mise-en-demeure",
        name="Impayé de participation\u00a0: mise en demeure",
        category=LetterCategory.NOTICE,
        subject="mise en demeure de payer {impaye_total}",
        body=f"""{{appel}},

Nos courriers précédents sont restés sans effet. Il reste à payer pour le logement \
«\u00a0{{sejour_logement}}\u00a0»\u00a0:

{{impaye_detail}}

Nous vous mettons en demeure de payer **{{impaye_total}}**, ou de convenir avec nous d’un échéancier, dans les quinze \
jours qui suivent la réception de cette lettre. Sans réponse de votre part, le CIAS pourra ne pas renouveler votre \
contrat et engager le recouvrement de cette somme.

Il est encore temps d’agir\u00a0: appelez-nous au {{structure_telephone}}. Un travailleur social peut vous aider à \
demander le Fonds de solidarité pour le logement ou un échéancier.

{GREETINGS}""",
    ),
)  # fmt: skip


def seed() -> None:
    if not DuesRule.objects.exists():
        seed_missing(DuesRule, "valid_from", [RULE])
    seed_letters(SHEETS)
