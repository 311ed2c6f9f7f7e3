"""Which screens each page of the guide explains, by URL name; `*` stands for a family of screens.

A new screen gets its own help: a test walks every address and fails on one that no line names. A family is written
with a star when its page speaks of the family as a whole; a name wins over a star, a long star over a short one.
"""

from collections.abc import Mapping

SCREENS: Mapping[str, tuple[str, ...]] = {
    # First steps
    "connexion": (
        "account_login", "account_inactive", "account_reset_password*", "accounts:provider*",
        "mfa_authenticate", "mfa_login_webauthn",
    ),
    "se-reperer": ("help:contents", "help:glossary", "help:page", "help:login"),
    "page-d-accueil": ("dashboard:home", "help:first_steps*"),
    "mon-compte": ("accounts:me", "accounts:preferences", "accounts:end_session*", "audit:mine", "account_logout",
                   "accounts:session", "accounts:extend"),
    "securite-du-compte": (
        "mfa_index", "accounts:enrol", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_*webauthn",
        "mfa_*recovery_codes",
        "account_change_password", "account_set_password", "account_reauthenticate", "mfa_reauthenticate*",
    ),
    "qui-voit-quoi": ("accounts:rights",),
    "accessibilite-et-donnees": ("dashboard:accessibility", "dashboard:privacy"),
    # Reception and agendas
    "journee-de-l-accueil": ("appointments:day", "appointments:arrival", "appointments:contact"),
    "prendre-rendez-vous": ("appointments:book", "appointments:attach"),
    "rendez-vous": (
        "appointments:detail", "appointments:move", "appointments:drop", "appointments:cancel",
        "appointments:outcome",
        "appointments:receive", "appointments:undo", "appointments:card", "appointments:letter",
        "appointments:reminder_told", "appointments:visit_note",
    ),
    "series-de-rendez-vous": ("appointments:repeat", "appointments:move_rest"),
    "mon-agenda": (
        "appointments:mine", "appointments:week*", "appointments:day_sheet", "appointments:to_record",
    ),
    "messages": ("appointments:message*",),
    "liste-d-attente-des-rendez-vous": ("appointments:waiting*",),
    "presences-et-absences": (
        "appointments:presences", "appointments:agent_presences", "appointments:*presence", "appointments:*absence",
        "appointments:*change", "appointments:change_day", "appointments:leave_file", "appointments:to_move",
    ),
    "rappels": ("appointments:reminder*",),
    "calendrier-du-telephone": ("appointments:feed*", "appointments:stop_feed"),
    "reglages-de-l-agenda": (
        "appointments:settings", "appointments:*room", "appointments:*reason", "appointments:*team",
        "appointments:travel",
    ),
    # Households
    "chercher": ("households:search",),
    "ouvrir-un-dossier": ("households:create", "households:open_for_person"),
    "dossier-du-menage": ("households:detail", "households:history", "households:readings"),
    "composition": (
        "households:composition", "households:member*", "households:link*", "households:move", "households:person",
        "households:person_edit",
    ),
    "situation": ("households:situation*", "households:reason"),
    "completude": ("households:completeness",),
    "budget": ("households:budget*", "households:budget_compare", "households:debt*"),
    "notes": ("households:note*", "households:draft_discard"),
    "documents": ("households:document*",),
    "courriers": ("households:letter*", "households:referral_letter"),
    "synthese": ("households:summary",),
    "orientations": ("households:referral*",),
    "partenaires": ("households:partner*",),
    "taches": ("households:task*",),
    "suivi-du-dossier": ("households:referent", "households:assignment_end", "households:close", "households:reopen"),
    "plusieurs-dossiers": ("households:reassign", "households:batch*", "households:dormant", "households:close_many"),
    "doublons": ("households:pair*", "households:*_compare", "households:*_merge", "households:merge*"),
    "dossiers-proteges": (
        "households:protection*", "households:access_remove", "households:emergenc*", "households:rescue",
    ),
    "beneficiaires": ("households:register",),
    "listes": ("households:list", "lists:views", "lists:save", "lists:change", "lists:replace", "lists:delete",
               "lists:restore", "lists:default"),
    "exports": ("lists:export*",),
    "a-faire": ("dashboard:work", "dashboard:service", "dashboard:cover*"),
    # Rights
    "droits": ("rights:files", "rights:household", "rights:choose", "rights:open", "rights:non_claim"),
    "dossier-de-droit": (
        "rights:file", "rights:history", "rights:undo", "rights:opinion*", "rights:deposit", "rights:transmit",
        "rights:slip", "rights:acknowledge", "rights:dates", "rights:*debtor", "rights:*nir",
    ),
    "pieces": ("rights:piece", "rights:add_piece", "rights:*_pieces"),
    "depot-de-pieces": ("rights:desk*", "rights:take_back"),
    "decision-et-recours": (
        "rights:decide", "rights:notification", "rights:tell", "rights:appeal", "rights:open_right", "rights:renew",
        "rights:end",
    ),
    "droits-manquants": ("rights:estimate*", "rights:missed*"),
    "catalogue-des-droits": ("rights:catalogue", "rights:right", "rights:information"),
    "reglages-du-catalogue": (
        "rights:right_history", "rights:*_right", "rights:*_right_piece", "rights:*_rule", "rights:*_notice",
    ),
    "aides": (
        "rights:aids", "rights:household_aids", "rights:aid", "rights:aid_open", "rights:aid_edit",
        "rights:aid_freeze",
        "rights:aid_propose", "rights:aid_emergency", "rights:aid_delegate", "rights:aid_history", "rights:aid_undo",
        "rights:aid_abandon", "rights:aid_close", "rights:aid_take_back", "rights:aid_notify", "rights:aid_letter",
    ),
    "payer-une-aide": (
        "rights:aid_pay*", "rights:aid_hand_over", "rights:aid_repay", "rights:aid_schedule", "rights:aid_cancel_*",
    ),
    "commission": ("rights:aid_session*", "rights:aid_item*", "rights:aid_sheet", "rights:aid_member*"),
    "reglement-des-aides": ("rights:aid_rule*", "rights:aid_regulation", "rights:aid_kind*", "rights:aid_envelope*"),
    "domiciliation": ("rights:domiciliation*", "rights:dom_*"),
    "courrier-des-domicilies": ("rights:mail*",),
    "rapport-de-domiciliation": ("rights:dom_statement*", "rights:dom_means"),
    "reglages-de-la-domiciliation": ("rights:dom_settings*", "rights:dom_rule*", "rights:pickup*"),
    # Housing
    "logement-du-menage": ("housing:household",),
    "occupation": ("housing:occupancy", "housing:capacity", "housing:place_unavailable", "housing:unavailability*"),
    "logements": ("housing:dwelling*", "housing:place_create", "housing:place_edit"),
    "demandes-d-hebergement": (
        "housing:waiting_list", "housing:lodging_request", "housing:request*", "housing:place_candidates",
    ),
    "sejours": ("housing:admit", "housing:stay*", "housing:contract_*"),
    "etats-des-lieux": ("housing:inventory*",),
    "participations": (
        "housing:participations*", "housing:account*", "housing:ledger", "housing:arrears", "housing:due*",
        "housing:payment*", "housing:plan_*", "housing:reminder*", "housing:settlement*", "housing:deposit_reverse",
    ),
    "regles-des-participations": (
        "housing:dues_rule*", "housing:wear_rule*", "housing:room_template*", "housing:inventory_rule*",
    ),
    "indicateurs-et-alt": ("housing:figures*", "housing:alt*"),
    "reglages-de-l-hebergement": ("housing:lodging_rule*", "housing:scheme_rule_change", "housing:score_change"),
    "expulsions": ("housing:eviction*", "housing:diagnosis*"),
    "logement-social": ("housing:application*", "housing:dalo*"),
    "delais-du-logement": ("housing:delay*", "housing:truce*"),
    "energie": ("housing:energy", "housing:energy_*"),
    "visite-slime": (
        "housing:energy_visit", "housing:energy_sheet", "housing:energy_shell", "housing:energy_photo",
        "housing:energy_household_report", "housing:energy_technical_sheet",
    ),
    "chiffres-et-reglages-slime": (
        "housing:energy_figures", "housing:energy_export", "housing:energy_settings", "housing:energy_columns",
        "housing:energy_ceiling*", "housing:energy_item*", "housing:energy_rule*",
    ),
    # Insertion
    "parcours-d-insertion": (
        "insertion:pathway*", "insertion:household", "insertion:first_meeting", "insertion:review", "insertion:leave",
    ),
    "orientations-rsa": ("insertion:orient*", "insertion:reorientation*"),
    "diagnostic-d-insertion": ("insertion:diagnosis*", "insertion:objective*", "insertion:obstacle*"),
    "contrat-d-engagement": ("insertion:contract*", "insertion:amendment*"),
    "absences-au-rsa": ("insertion:no_show*",),
    "recherche-d-emploi": ("insertion:job_*", "insertion:cv*"),
    "fichier-du-departement": ("insertion:import*",),
    "compte-rendu-au-departement": ("insertion:report*",),
    "reglages-de-l-insertion": (
        "insertion:rule*", "insertion:label*", "insertion:theme*", "insertion:legitimate_reason*",
        "insertion:job_rules",
        "insertion:sealed_rules",
    ),
    "ateliers": ("insertion:workshop*",),
    "permanences-psychologiques": (
        "insertion:session*", "insertion:counselling*", "insertion:thread*", "insertion:handover*",
    ),
    "notes-de-liaison": ("insertion:liaison*",),
    # Figures
    "pilotage": ("dashboard:steering",),
    "activite": ("appointments:activity", "appointments:review"),
    "chiffres-du-conseil": ("dashboard:board*",),
    "rapports-abs": (
        "abs_reports:reports", "abs_reports:report", "abs_reports:new_edition", "abs_reports:compile",
        "abs_reports:cancel", "abs_reports:progress", "abs_reports:figures", "abs_reports:publish",
        "abs_reports:download", "abs_reports:workbook",
    ),
    "salle-de-redaction": ("abs_reports:writing*", "abs_reports:passage*"),
    "analyse-partagee": (
        "abs_reports:contribution*", "abs_reports:restitution*", "abs_reports:plan", "abs_reports:action*",
    ),
    "donnees-publiques": (
        "abs_reports:datasets", "abs_reports:import*", "abs_reports:indicator*", "abs_reports:statement_model",
    ),
    # Administration
    "administration": ("dashboard:administration", "households:caseload_policy", "operations:metrics", "health"),
    "comptes": ("accounts:list", "accounts:account", "accounts:open", "accounts:edit", "accounts:close",
                "accounts:reopen", "accounts:invite", "accounts:cancel_invitation", "accounts:end_theirs",
                "accounts:unlink"),
    "depart-d-un-agent": ("accounts:departure", "accounts:left_behind"),
    "telephone-perdu": ("accounts:ask_reset", "accounts:resets", "accounts:decide_reset"),
    "structure-et-horaires": ("territory:structure", "territory:*hours", "territory:*closure*"),
    "communes-et-zones": ("territory:communes", "territory:*zone"),
    "secret-statistique": ("territory:secrecy",),
    "reglages-du-budget": (
        "households:budget_settings", "households:budget_category", "households:budget_charge_add",
        "households:budget_resource_add", "households:budget_formula*",
    ),
    "modeles-de-courriers": ("households:letter_template*",),
    "reprise-d-une-liste": ("households:takeover*",),
    "journal": ("audit:log", "audit:export"),
    "consultations-par-agent": ("audit:agents", "audit:agent", "audit:exports"),
    "fin-de-vie-des-dossiers": (
        "households:ending*", "households:hold_*", "households:slip*", "households:retention_rules",
    ),
    "droits-des-personnes": ("households:person_request*", "households:notice*"),
}  # fmt: skip
