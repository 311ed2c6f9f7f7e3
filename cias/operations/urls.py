from django.urls import path

from cias.operations import views

app_name = "operations"

urlpatterns = [path("metriques/", views.metrics, name="metrics")]
