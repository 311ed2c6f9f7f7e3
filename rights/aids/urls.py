"""Addresses of optional aid, in the namespace `rights`."""

from django.urls import path

from rights.aids.views import money, requests, rules, run, sessions, sheets, steps

HOUSEHOLD = "menages/<uuid:household_id>/aides/"
AIDS = "droits/aides/"
REQUEST = AIDS + "demandes/<uuid:aid_request_id>/"
SESSIONS = AIDS + "commission/"
SESSION = SESSIONS + "<uuid:aid_session_id>/"
RULES = AIDS + "reglement/"

urlpatterns = [
    path(AIDS, requests.aids, name="aids"),
    path(AIDS + "paiements/", money.payments, name="aid_payments"),
    path(HOUSEHOLD, requests.household, name="household_aids"),
    path(HOUSEHOLD + "urgence/", requests.emergency, name="aid_emergency"),
    path(HOUSEHOLD + "demander/", requests.open_request, name="aid_open"),
    path(REQUEST, requests.request_page, name="aid"),
    path(REQUEST + "historique/", requests.history, name="aid_history"),
    path(REQUEST + "modifier/", requests.edit, name="aid_edit"),
    path(REQUEST + "budget/", requests.freeze, name="aid_freeze"),
    path(REQUEST + "annuler-la-derniere-etape/", steps.undo, name="aid_undo"),
    path(REQUEST + "proposer/", steps.propose, name="aid_propose"),
    path(REQUEST + "reprendre/", steps.step, {"name": "take_back"}, name="aid_take_back"),
    path(REQUEST + "retirer/", steps.step, {"name": "abandon"}, name="aid_abandon"),
    path(REQUEST + "clore/", steps.step, {"name": "close"}, name="aid_close"),
    path(REQUEST + "remettre/", steps.step, {"name": "hand_over"}, name="aid_hand_over"),
    path(REQUEST + "notifier/", steps.step, {"name": "notify"}, name="aid_notify"),
    path(REQUEST + "payer/", steps.step, {"name": "pay"}, name="aid_pay"),
    path(REQUEST + "rembourser/", steps.step, {"name": "repay"}, name="aid_repay"),
    path(REQUEST + "echeancier/", steps.step, {"name": "schedule"}, name="aid_schedule"),
    path(REQUEST + "decider-par-delegation/", steps.delegate, name="aid_delegate"),
    path(REQUEST + "notification/", requests.letter, name="aid_letter"),
    path(
        REQUEST + "paiements/<uuid:aid_payment_id>/annuler/", money.cancel_payment, name="aid_cancel_payment"
    ),
    path(
        REQUEST + "remboursements/<uuid:aid_repayment_id>/annuler/",
        money.cancel_repayment,
        name="aid_cancel_repayment",
    ),
    path(SESSIONS, sessions.sessions, name="aid_sessions"),
    path(SESSIONS + "nouvelle/", sessions.create, name="aid_session_create"),
    path(SESSION, sessions.session, name="aid_session"),
    path(SESSION + "modifier/", sessions.edit, name="aid_session_edit"),
    path(SESSION + "inscrire/", sessions.add, name="aid_session_add"),
    path(SESSION + "ouvrir/", sessions.open_session, name="aid_session_open"),
    path(SESSION + "annuler/", sessions.cancel, name="aid_session_cancel"),
    path(SESSION + "retablir/", sessions.restore, name="aid_session_restore"),
    path(SESSION + "annuler-l-ouverture/", sessions.cancel_opening, name="aid_session_cancel_opening"),
    path(SESSION + "lever/", sessions.close, name="aid_session_close"),
    path(SESSION + "rouvrir/", sessions.reopen, name="aid_session_reopen"),
    path(SESSION + "notifier/", sessions.notify, name="aid_session_notify"),
    path(SESSION + "fiches/", sheets.pack, name="aid_session_sheets"),
    path(SESSION + "proces-verbal/", sheets.minutes, name="aid_session_minutes"),
    path(SESSION + "courriers/", sheets.letters, name="aid_session_letters"),
    path(SESSION + "annuler-la-derniere-decision/", run.undo, name="aid_session_undo"),
    path(SESSION + "deroulement/", run.resume, name="aid_session_run"),
    path(SESSION + "deroulement/<uuid:agenda_item_id>/", run.item, name="aid_item"),
    path(SESSION + "points/<uuid:agenda_item_id>/retirer/", sessions.remove, name="aid_item_remove"),
    path(SESSION + "fiches/<uuid:agenda_item_id>/", sheets.sheet, name="aid_sheet"),
    path(RULES, rules.rules, name="aid_rules"),
    path(RULES + "version/", rules.regulation, name="aid_regulation"),
    path(RULES + "aides/nouvelle/", rules.kind_create, name="aid_kind_create"),
    path(RULES + "aides/<uuid:aid_kind_id>/", rules.kind, name="aid_kind"),
    path(RULES + "aides/<uuid:aid_kind_id>/modifier/", rules.kind_edit, name="aid_kind_edit"),
    path(RULES + "aides/<uuid:aid_kind_id>/regle/", rules.rule, name="aid_rule"),
    path(AIDS + "enveloppes/", rules.envelopes, name="aid_envelopes"),
    path(AIDS + "enveloppes/nouvelle/", rules.envelope_create, name="aid_envelope_create"),
    path(AIDS + "enveloppes/<uuid:aid_envelope_id>/", rules.envelope_edit, name="aid_envelope_edit"),
    path(SESSIONS + "membres/", rules.members, name="aid_members"),
    path(SESSIONS + "membres/nouveau/", rules.member_create, name="aid_member_create"),
    path(SESSIONS + "membres/<uuid:board_member_id>/", rules.member_edit, name="aid_member_edit"),
]
