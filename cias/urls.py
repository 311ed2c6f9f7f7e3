"""Every address of the application. Paths are French, kebab-case; objects go by opaque identifiers."""

from django.urls import include, path

from cias.core.health import health

urlpatterns = [
    path("sante/", health, name="health"),
    path("", include("cias.accounts.urls")),
    path("", include("cias.audit.urls")),
    path("", include("cias.operations.urls")),
    path("aide/", include("cias.help.urls")),
    path("listes/", include("cias.lists.urls")),
    path("administration/", include("cias.territory.urls")),
    path("agenda/", include("appointments.urls")),
    path("menages/", include("households.urls")),
    path("", include("housing.urls")),
    path("", include("rights.urls")),
    path("", include("insertion.urls")),
    path("", include("abs_reports.urls")),
    path("", include("cias.dashboard.urls")),
]

handler403 = "cias.dashboard.errors.forbidden"
handler429 = "cias.dashboard.errors.too_many_requests"
handler404 = "cias.dashboard.errors.not_found"
handler500 = "cias.dashboard.errors.server_error"
