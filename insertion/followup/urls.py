from django.urls import path

from insertion.followup import views, views_no_shows, views_rules

PATHWAY = "insertion/parcours/<uuid:orientation_id>/"
CASE = "insertion/absences/<uuid:no_show_id>/"
PARAMETER = "insertion/regles/<uuid:pathway_parameter_id>/"

urlpatterns = [
    path("insertion/", views.pathways, name="pathways"),
    path(PATHWAY, views.pathway, name="pathway"),
    path(PATHWAY + "historique/", views.history, name="pathway_history"),
    path(PATHWAY + "premier-rendez-vous/", views.first_meeting, name="first_meeting"),
    path(PATHWAY + "reexamen/", views.review, name="review"),
    path(PATHWAY + "sortie/", views.leave, name="leave"),
    path(PATHWAY + "annuler/", views.undo, name="pathway_undo"),
    path(PATHWAY + "absence/", views_no_shows.open_case, name="no_show_open"),
    path(CASE, views_no_shows.case, name="no_show"),
    path(CASE + "etape/<slug:no_show_step>/", views_no_shows.step, name="no_show_step"),
    path(CASE + "preuve/", views_no_shows.proof, name="no_show_proof"),
    path(CASE + "annuler/", views_no_shows.undo, name="no_show_undo"),
    path(CASE + "convocation.pdf", views_no_shows.summons_pdf, name="no_show_summons_pdf"),
    path(CASE + "rapport.pdf", views_no_shows.report_pdf, name="no_show_report_pdf"),
    path("insertion/regles/", views_rules.parameters, name="rules"),
    path("insertion/regles/historique/", views_rules.history, name="rules_history"),
    path(PARAMETER + "corriger/", views_rules.parameter_edit, name="rule_edit"),
    path(PARAMETER + "nouvelle-version/", views_rules.parameter_change, name="rule_change"),
    path(PARAMETER + "retirer/", views_rules.parameter_withdraw, name="rule_withdraw"),
    path("insertion/regles/motifs/ajouter/", views_rules.reason, name="legitimate_reason_add"),
    path(
        "insertion/regles/motifs/<uuid:legitimate_reason_id>/", views_rules.reason, name="legitimate_reason"
    ),
]
