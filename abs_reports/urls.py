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
    path("donnees-publiques/<uuid:import_run_id>/", views.import_detail, name="import"),
]
