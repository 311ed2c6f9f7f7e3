from django.urls import path

from cias.audit import views, watching

app_name = "audit"

urlpatterns = [
    path("journal/", views.log, name="log"),
    path("journal/export/", views.export, name="export"),
    path("journal/agents/", watching.agents, name="agents"),
    path("journal/agents/<uuid:user_id>/", watching.agent, name="agent"),
    path("journal/exports/", watching.exports, name="exports"),
    path("compte/journal/", views.mine, name="mine"),
]
