from django.urls import path

from insertion.diagnoses import views, views_labels

DIAGNOSIS = "insertion/diagnostics/<uuid:pathway_diagnosis_id>/"
OBJECTIVE = "insertion/objectifs/<uuid:objective_id>/"
LABELS = "insertion/intitules/"

urlpatterns = [
    path(
        "menages/<uuid:household_id>/insertion/diagnostic/<uuid:person_id>/",
        views.start,
        name="diagnosis_start",
    ),
    path(DIAGNOSIS, views.diagnosis, name="diagnosis"),
    path(DIAGNOSIS + "etat/<int:rank>/", views.version, name="diagnosis_version"),
    path(DIAGNOSIS + "historique/", views.history, name="diagnosis_history"),
    path(DIAGNOSIS + "synthese/", views.summary, name="diagnosis_summary"),
    path(DIAGNOSIS + "frein/", views.obstacle, name="obstacle"),
    path(DIAGNOSIS + "frein/annuler/", views.obstacle_undo, name="obstacle_undo"),
    path(DIAGNOSIS + "objectif/", views.objective_add, name="objective_add"),
    path(DIAGNOSIS + "actualiser/", views.update, name="diagnosis_update"),
    path(DIAGNOSIS + "actualiser/annuler/", views.update_undo, name="diagnosis_update_undo"),
    path(OBJECTIVE, views.objective, name="objective"),
    path(OBJECTIVE + "action/", views.action_add, name="objective_action_add"),
    path("insertion/demarches/<uuid:objective_action_id>/", views.action, name="objective_action"),
    path(LABELS, views_labels.labels, name="labels"),
    path(LABELS + "themes/ajouter/", views_labels.theme, name="theme_add"),
    path(LABELS + "themes/<uuid:diagnosis_theme_id>/", views_labels.theme, name="theme"),
    path(LABELS + "ajouter/", views_labels.label, name="label_add"),
    path(LABELS + "<uuid:diagnosis_label_id>/", views_labels.label, name="label"),
]
