"""Saved views and exports, the same for every list."""

from django.urls import path

from cias.lists.views import exports, saved

app_name = "lists"

urlpatterns = [
    path("exports/", exports.runs, name="exports"),
    path("exports/<uuid:export_id>/", exports.export_run, name="export_run"),
    path("exports/<uuid:export_id>/avancement/", exports.progress, name="export_progress"),
    path("exports/<uuid:export_id>/telecharger/", exports.download, name="export_download"),
    path("exports/<uuid:export_id>/supprimer/", exports.delete, name="export_delete"),
    path("<slug:listing>/exporter/", exports.ask, name="export"),
    path("<slug:listing>/vues/", saved.manage, name="views"),
    path("<slug:listing>/vues/enregistrer/", saved.save, name="save"),
    path("vues/<uuid:view_id>/modifier/", saved.change, name="change"),
    path("vues/<uuid:view_id>/remplacer/", saved.replace, name="replace"),
    path("vues/<uuid:view_id>/supprimer/", saved.delete, name="delete"),
    path("vues/<uuid:view_id>/retablir/", saved.restore, name="restore"),
    path("vues/<uuid:view_id>/par-defaut/", saved.by_default, name="default"),
]
