from django.urls import path

from insertion.orientations import life_views, request_views, views

ORIENTATION = "insertion/orientations/<uuid:orientation_id>/"
REQUEST = "insertion/reorientations/<uuid:reorientation_id>/"

urlpatterns = [
    path("menages/<uuid:household_id>/insertion/orienter/", views.orient, name="orient"),
    path(f"{ORIENTATION}corriger/", life_views.correct, name="orientation_correct"),
    path(f"{ORIENTATION}referent/", life_views.referent, name="orientation_referent"),
    path(f"{ORIENTATION}annuler/", life_views.undo, name="orientation_undo"),
    path(f"{ORIENTATION}reorienter/", request_views.ask, name="reorientation_ask"),
    path("insertion/reorientations/", request_views.reorientations, name="reorientations"),
    path(f"{REQUEST}transmettre/", request_views.send, name="reorientation_send"),
    path(f"{REQUEST}accepter/", request_views.accept, name="reorientation_accept"),
    path(f"{REQUEST}refuser/", request_views.refuse, name="reorientation_refuse"),
    path(f"{REQUEST}retirer/", request_views.withdraw, name="reorientation_withdraw"),
    path(f"{REQUEST}annuler/", request_views.undo, name="reorientation_undo"),
]
