from django.urls import path

from insertion import views

app_name = "insertion"

urlpatterns = [
    path("insertion/", views.pathways, name="pathways"),
    path(
        "insertion/orientations/<uuid:orientation_id>/contrat/", views.contract_create, name="contract_create"
    ),
    path("insertion/contrats/<uuid:contract_id>/", views.contract, name="contract"),
    path("menages/<uuid:household_id>/insertion/", views.household, name="household"),
    path("menages/<uuid:household_id>/insertion/orienter/", views.orient, name="orient"),
]
