from django.urls import path

from abs_reports import urls_writing, views

app_name = "abs_reports"

urlpatterns = [
    path("rapports/", views.report_list, name="reports"),
    path("rapports/nouvelle-edition/", views.new_edition, name="new_edition"),
    path("rapports/<uuid:report_id>/", views.report_detail, name="report"),
    path("rapports/<uuid:report_id>/avancement/", views.progress, name="progress"),
    path("rapports/<uuid:report_id>/compiler/", views.compile_again, name="compile"),
    path("rapports/<uuid:report_id>/annuler/", views.cancel, name="cancel"),
    path("rapports/<uuid:report_id>/publier/", views.publish, name="publish"),
    path("rapports/<uuid:report_id>/pdf/", views.download, name="download"),
    path("rapports/<uuid:report_id>/chiffres/", views.figures, name="figures"),
    path("rapports/<uuid:report_id>/chiffres.xlsx", views.figures_workbook, name="workbook"),
    *urls_writing.urlpatterns,
    path("donnees-publiques/", views.dataset_list, name="datasets"),
    path("donnees-publiques/releve-modele.xlsx", views.statement_model, name="statement_model"),
    path("donnees-publiques/indicateurs/", views.indicator_list, name="indicators"),
    path("donnees-publiques/indicateurs/<slug:indicator_code>/", views.indicator_detail, name="indicator"),
    path("donnees-publiques/envois/<uuid:import_job_id>/", views.import_job, name="import_job"),
    path(
        "donnees-publiques/envois/<uuid:import_job_id>/avancement/",
        views.import_progress,
        name="import_progress",
    ),
    path(
        "donnees-publiques/envois/<uuid:import_job_id>/importer/",
        views.import_verified,
        name="import_verified",
    ),
    path("donnees-publiques/envois/<uuid:import_job_id>/annuler/", views.import_cancel, name="import_cancel"),
    path("donnees-publiques/<uuid:import_run_id>/", views.import_detail, name="import"),
]
