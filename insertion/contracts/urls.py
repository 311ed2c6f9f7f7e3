from django.urls import path

from insertion.contracts import views

urlpatterns = [
    path(
        "insertion/orientations/<uuid:orientation_id>/contrat/", views.contract_create, name="contract_create"
    ),
    path("insertion/contrats/<uuid:contract_id>/", views.contract, name="contract"),
]
