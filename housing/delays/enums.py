"""The delays the housing lines know how to count; their lengths are reference data."""

from django.db import models


class DelayUnit(models.TextChoices):
    DAYS = "days", "jours"
    WEEKS = "weeks", "semaines"
    MONTHS = "months", "mois"


class DelayCode(models.TextChoices):
    """What is delayed. The act each one runs from, and what closes it, is in the line that counts it."""

    CAF_REPORT = "caf_report", "Impayé\u00a0: signalement par le bailleur à la CAF ou à la MSA"
    CAF_PLAN = "caf_plan", "Signalement à la CAF\u00a0: plan d’apurement à produire"
    CCAPEX_FIRST = "ccapex_first", "Signalement à la CCAPEX\u00a0: assignation possible ensuite"
    PAY = "pay", "Commandement de payer\u00a0: payer ou demander des délais"
    PREFECT_NOTICE = "prefect_notice", "Assignation\u00a0: notification au préfet avant l’audience"
    DIAGNOSIS = "diagnosis", "Diagnostic social et financier\u00a0: envoi avant l’audience"
    JUDGE_MAX = "judge_max", "Jugement\u00a0: délais de paiement les plus longs"
    APPEAL = "appeal", "Signification du jugement\u00a0: appel"
    QUIT = "quit", "Commandement de quitter les lieux\u00a0: départ"
    JEX_MIN = "jex_min", "Juge de l’exécution\u00a0: délai le plus court"
    JEX_MAX = "jex_max", "Juge de l’exécution\u00a0: délai le plus long"
    FORCE_SILENCE = "force_silence", "Concours de la force publique\u00a0: silence du préfet"
    FSL_REPLY = "fsl_reply", "FSL\u00a0: réponse du Département"
    DEBT_REPLY = "debt_reply", "Surendettement\u00a0: recevabilité"
    RENEWAL = "renewal", "Demande de logement social\u00a0: renouvellement"
    OFFER_REPLY = "offer_reply", "Logement attribué\u00a0: réponse du demandeur"
    DALO_DECISION = "dalo_decision", "DALO\u00a0: décision de la commission de médiation"
    DALO_OFFER = "dalo_offer", "DALO reconnu\u00a0: offre de logement par le préfet"
    DALO_COURT = "dalo_court", "DALO sans offre\u00a0: saisine du tribunal administratif"
    DALO_APPEAL = "dalo_appeal", "DALO refusé\u00a0: recours contre la décision"
