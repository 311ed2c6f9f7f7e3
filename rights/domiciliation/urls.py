"""Addresses of domiciliation, in the namespace of access to rights."""

from django.urls import path

from rights.domiciliation.views import desk, documents, files, lists, mailbox, settings, statement

PERSON = "domiciliation/<uuid:domiciliation_id>/"
ELECTION = "domiciliation/demandes/<uuid:election_id>/"
DESK = "domiciliation/courrier/"

urlpatterns = [
    path("domiciliation/", lists.domiciliations, name="domiciliations"),
    path("menages/<uuid:household_id>/domiciliation/", files.request_election, name="dom_request"),
    path(DESK, desk.desk, name="mail_desk"),
    path(DESK + "<uuid:domiciliation_id>/", desk.person, name="mail_person"),
    path(DESK + "<uuid:domiciliation_id>/noter/", desk.record, name="mail_record"),
    path(DESK + "<uuid:domiciliation_id>/sortir-une-partie/", desk.record_part, name="mail_part"),
    path(DESK + "lignes/<uuid:desk_event_id>/annuler/", desk.undo, name="mail_undo"),
    path(PERSON, files.file, name="domiciliation"),
    path(PERSON + "historique/", files.history, name="dom_history"),
    path(PERSON + "registre/", files.register, name="dom_register"),
    path(PERSON + "suivi/", mailbox.follow, name="dom_follow"),
    path(PERSON + "mandataires/ajouter/", mailbox.add, {"what": "proxy"}, name="dom_proxy_add"),
    path(PERSON + "reexpedition/ajouter/", mailbox.add, {"what": "forwarding"}, name="dom_forwarding_add"),
    path(PERSON + "absences/ajouter/", mailbox.add, {"what": "pause"}, name="dom_pause_add"),
    path("domiciliation/mandataires/<uuid:proxy_id>/terminer/", mailbox.stop, {"what": "proxy"},
         name="dom_proxy_stop"),
    path("domiciliation/reexpeditions/<uuid:forwarding_id>/terminer/", mailbox.stop, {"what": "forwarding"},
         name="dom_forwarding_stop"),
    path("domiciliation/absences/<uuid:pause_id>/terminer/", mailbox.stop, {"what": "pause"}, name="dom_pause_stop"),
    path(ELECTION + "entretien/", files.step, {"name": "dom_interview"}, name="dom_interview"),
    path(ELECTION + "accorder/", files.step, {"name": "dom_grant"}, name="dom_grant"),
    path(ELECTION + "refuser/", files.step, {"name": "dom_refuse"}, name="dom_refuse"),
    path(ELECTION + "notification/", files.step, {"name": "dom_notify"}, name="dom_notify"),
    path(ELECTION + "mettre-fin/", files.step, {"name": "dom_end"}, name="dom_end"),
    path(ELECTION + "abandon/", files.step, {"name": "dom_withdraw"}, name="dom_withdraw"),
    path(ELECTION + "renouveler/", files.renew, name="dom_renew"),
    path(ELECTION + "annuler-la-derniere-etape/", files.undo, name="dom_undo"),
    path(ELECTION + "attestation/", documents.attestation, name="dom_attestation"),
    path(ELECTION + "demande/", documents.request_form, name="dom_request_form"),
    path(ELECTION + "lettre/", documents.decision_letter, name="dom_letter"),
    path("domiciliation/rapport/", statement.page, name="dom_statement"),
    path("domiciliation/rapport/moyens/", statement.means, name="dom_means"),
    path("domiciliation/rapport/pdf/", statement.pdf, name="dom_statement_pdf"),
    path("domiciliation/reglages/", settings.settings, name="dom_settings"),
    path("domiciliation/reglages/regles/nouvelle/", settings.change_rule, name="dom_rule"),
    path("domiciliation/reglages/regles/verifier/", settings.check_rule, name="dom_rule_check"),
    path("domiciliation/reglages/regles/retirer/", settings.withdraw_rule, name="dom_rule_withdraw"),
    path("domiciliation/reglages/historique/", settings.history, name="dom_settings_history"),
    path("domiciliation/reglages/points/ajouter/", settings.pickup_point, name="pickup_create"),
    path("domiciliation/reglages/points/<uuid:pickup_point_id>/", settings.pickup_point, name="pickup_edit"),
]  # fmt: skip
