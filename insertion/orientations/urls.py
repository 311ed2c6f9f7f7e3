from django.urls import path

from insertion.orientations import views

urlpatterns = [
    path("menages/<uuid:household_id>/insertion/orienter/", views.orient, name="orient"),
]
