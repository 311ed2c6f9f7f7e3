from django.urls import path

from insertion.imports import report_views, views

BATCH = "insertion/departement/<uuid:orientation_import_id>/"

urlpatterns = [
    path("insertion/departement/", views.imports, name="imports"),
    path(BATCH, report_views.report, name="import"),
    path(f"{BATCH}colonnes/", views.columns, name="import_columns"),
    path(f"{BATCH}lecture/", views.layout, name="import_layout"),
    path(f"{BATCH}valeurs/", views.values, name="import_values"),
    path(f"{BATCH}lancer/", views.start, name="import_start"),
    path(f"{BATCH}annuler/", views.cancel, name="import_cancel"),
    path(f"{BATCH}avancement/", views.progress, name="import_progress"),
    path(f"{BATCH}supprimer/", views.discard, name="import_discard"),
    path(f"{BATCH}identiques/", report_views.attach_exact, name="import_exact"),
    path(f"{BATCH}rapport.csv", report_views.report_csv, name="import_report"),
    path(f"{BATCH}refus.csv", report_views.refused, name="import_refused"),
    path(
        "insertion/departement/lignes/<uuid:orientation_import_row_id>/",
        report_views.decide,
        name="import_decide",
    ),
    path(
        "insertion/departement/correspondances/<uuid:orientation_mapping_id>/",
        report_views.mapping,
        name="import_mapping",
    ),
]
