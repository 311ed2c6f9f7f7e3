from django.urls import path

from appointments.views import appointment, booking, day, documents, feed, leave, presences, series, week

app_name = "appointments"

urlpatterns = [
    path("", day.day, name="day"),
    path("mon-agenda/", week.mine, name="mine"),
    path("mon-agenda/partage/", feed.feed_page, name="feed_page"),
    path("mon-agenda/partage/fermer/", feed.stop_feed, name="stop_feed"),
    path("ical/<str:secret>.ics", feed.feed, name="feed"),
    path("a-renseigner/", week.to_record, name="to_record"),
    path("passages/", day.contact, name="contact"),
    path("rendez-vous/prendre/", booking.booking, name="book"),
    path("rendez-vous/<uuid:appointment_id>/", appointment.detail, name="detail"),
    path("rendez-vous/<uuid:appointment_id>/arrivee/", day.arrival, name="arrival"),
    path("rendez-vous/<uuid:appointment_id>/recevoir/", appointment.reception, name="receive"),
    path("rendez-vous/<uuid:appointment_id>/issue/", appointment.outcome, name="outcome"),
    path("rendez-vous/<uuid:appointment_id>/annuler/", appointment.cancelling, name="cancel"),
    path("rendez-vous/<uuid:appointment_id>/deplacer/", appointment.moving, name="move"),
    path("rendez-vous/<uuid:appointment_id>/repeter/", series.repeat, name="repeat"),
    path("rendez-vous/<uuid:appointment_id>/deplacer-la-suite/", series.move_rest, name="move_rest"),
    path("rendez-vous/<uuid:appointment_id>/revenir/", appointment.undoing, name="undo"),
    path("rendez-vous/<uuid:appointment_id>/carte.pdf", documents.card, name="card"),
    path("rendez-vous/<uuid:appointment_id>/courrier.pdf", documents.letter, name="letter"),
    path("journee/<uuid:agent_id>.pdf", documents.day_sheet, name="day_sheet"),
    path("presences/", presences.agents, name="presences"),
    path("presences/conges/", leave.leave_file, name="leave_file"),
    path("presences/a-deplacer/", presences.displaced, name="to_move"),
    path("presences/<uuid:agent_id>/", presences.agent, name="agent_presences"),
    path("presences/<uuid:agent_id>/horaire/", presences.add_weekly, name="add_presence"),
    path("presences/<uuid:agent_id>/changement/", presences.add_change, name="change_day"),
    path("presences/<uuid:agent_id>/absence/", presences.add_absent, name="add_absence"),
    path("presences/horaire/<uuid:presence_id>/fin/", presences.end_weekly, name="end_presence"),
    path("presences/horaire/<uuid:presence_id>/retirer/", presences.remove_one_change, name="remove_change"),
    path("presences/absence/<uuid:absence_id>/retirer/", presences.remove_absent, name="remove_absence"),
]
