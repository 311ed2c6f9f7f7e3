from django.urls import path

from insertion.orientations import views

urlpatterns = [
    path("insertion/", views.pathways, name="pathways"),
    path("menages/<uuid:household_id>/insertion/orienter/", views.orient, name="orient"),
]
