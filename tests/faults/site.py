"""A site of two pages with the ordinary settings, for a real web server: one reads the database, one writes to it."""

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from cias.core.postgresql import base
from cias.settings import *  # noqa: F403

base.PATIENCE = 60.0  # a busy machine takes its time to start a server
ROOT_URLCONF = "tests.faults.site"
# Without sessions and rights, whose tables are not there, nor the apps, which take seconds to load.
INSTALLED_APPS = ["django.contrib.staticfiles"]
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
MIDDLEWARE = ["cias.core.lost_database.LostDatabaseMiddleware"]


def read(request: HttpRequest) -> HttpResponse:
    """A page of several queries, with time between them for the server to go."""
    with connection.cursor() as cursor:
        for _ in range(3):
            cursor.execute("SELECT count(*), pg_sleep(0.01) FROM written")
            count = cursor.fetchone()[0]
    return HttpResponse(str(count))


@csrf_exempt
def write(request: HttpRequest) -> HttpResponse:
    """Two rows or none."""
    with transaction.atomic(), connection.cursor() as cursor:
        for half in (1, 2):
            cursor.execute(
                "INSERT INTO written SELECT %s, %s FROM pg_sleep(0.01)", [request.POST["number"], half]
            )
    return HttpResponse("ok")


urlpatterns = [path("read/", read), path("write/", write)]
