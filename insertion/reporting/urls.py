from django.urls import path

from insertion.reporting import views

REPORT = "insertion/departement/compte-rendu/"

urlpatterns = [
    path(REPORT, views.report, name="report"),
    path(REPORT + "pdf/", views.report_pdf, name="report_pdf"),
    path(REPORT + "csv/", views.report_csv, name="report_csv"),
    path(REPORT + "liste/", views.send_list, name="report_list"),
]
