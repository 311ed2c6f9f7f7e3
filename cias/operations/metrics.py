"""What a monitoring program reads: states and ages of the services, in Prometheus' text format.

Gauges only, taken when asked: nothing is counted request by request, nothing is kept about anybody.
"""

import shutil
from collections.abc import Iterator
from contextlib import suppress

import redis
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.core import InfoMetricFamily as Info
from prometheus_client.registry import Collector

from cias.core import registry
from cias.core.cache import redis_py_url
from cias.core.jobs import Job, JobState
from cias.operations.backup import LAST_BACKUP
from cias.operations.heartbeat import last_beat
from cias.operations.manifest import pending_migrations, version

QUEUE, DELIVERED = "celery", "unacked"
BROKER_SECONDS = 2


def exposition() -> bytes:
    """All the metrics; a service that does not answer is told as such, and what it alone knows is missing."""
    registry = CollectorRegistry()
    registry.register(_Metrics())
    return generate_latest(registry)


class _Metrics(Collector):
    def collect(self) -> Iterator[Gauge | Info]:
        yield Info("cias", "Version of the application.", value={"version": version()})
        up = Gauge("cias_up", "Whether a service answers.", labels=["service"])
        for service, collect, failure in (
            ("database", _of_database, DatabaseError),
            ("broker", _of_broker, (redis.RedisError, OSError)),
        ):
            found: list[Gauge] = []
            try:
                found = list(collect())
                up.add_metric([service], 1)
            except failure:
                up.add_metric([service], 0)
            yield from found
        yield up
        with suppress(OSError):
            free = shutil.disk_usage(settings.MEDIA_ROOT).free
            yield Gauge("cias_documents_disk_free_bytes", "Room left on the documents' disk.", value=free)


def _of_database() -> Iterator[Gauge]:
    yield from _jobs()
    active = Session.objects.filter(expire_date__gt=timezone.now()).count()
    yield Gauge("cias_sessions", "Sessions that have not expired.", value=active)
    yield Gauge("cias_migrations_pending", "Migrations still to be applied.", value=pending_migrations())
    yield from _log_heads()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        yield Gauge("cias_database_bytes", "Size of the database.", value=cursor.fetchone()[0])
        cursor.execute(
            "SELECT coalesce(state, 'unknown'), count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_type = 'client backend' GROUP BY 1 ORDER BY 1"
        )
        connections = Gauge("cias_database_connections", "Connections to the database.", labels=["state"])
        for state, count in cursor.fetchall():
            connections.add_metric([state], count)
        yield connections


def _log_heads() -> Iterator[Gauge]:
    """The read log's last seal: a history of these two figures betrays a chain that was written again.

    A digest's first 13 signs are a whole number that a double holds exactly; as a label, each would be a new series.
    """
    for head in (head for tell in registry.log_heads if (head := tell())):
        yield Gauge("cias_access_log_seal", "Number of the read log's last seal.", value=head.number)
        yield Gauge(
            "cias_access_log_seal_digest",
            "First 13 hexadecimal signs of that seal's hash, as a number.",
            value=int(head.digest[:13], 16),
        )
        since = head.waiting_since
        yield Gauge(
            "cias_access_log_unsealed_seconds",
            "Age of the oldest line of the read log without a seal.",
            value=max(0.0, (timezone.now() - since).total_seconds()) if since else 0,
        )


def _jobs() -> Iterator[Gauge]:
    """Long jobs are rows (cias/core/jobs.py): their states, and for how long the oldest has waited."""
    states = Gauge("cias_jobs", "Long jobs by kind and state.", labels=["kind", "state"])
    waiting = Gauge("cias_jobs_oldest_waiting_seconds", "Age of the oldest waiting job.", labels=["kind"])
    now = timezone.now()
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label_lower):
        if not issubclass(model, Job):
            continue
        kind, rows = model._meta.label_lower, model._default_manager.order_by()
        counts = dict(rows.values_list("state").annotate(Count("pk")))
        for state in JobState.values:
            states.add_metric([kind, state], counts.get(state, 0))
        since = rows.filter(state=JobState.WAITING).aggregate(since=Min("created_at"))["since"]
        waiting.add_metric([kind], (now - since).total_seconds() if since else 0)
    yield states
    yield waiting


def _of_broker() -> Iterator[Gauge]:
    client = redis.Redis.from_url(
        redis_py_url(settings.CELERY_BROKER_URL),
        socket_timeout=BROKER_SECONDS,
        socket_connect_timeout=BROKER_SECONDS,
    )
    with client:
        yield Gauge("cias_queue_tasks", "Tasks that wait in the queue.", value=client.llen(QUEUE))
        yield Gauge("cias_queue_delivered_tasks", "Tasks a worker has in hand.", value=client.hlen(DELIVERED))
    if beat := last_beat():
        yield Gauge(
            "cias_worker_heartbeat_timestamp_seconds",
            "When the worker last did its minute's task.",
            value=beat,
        )
    if backup := cache.get(LAST_BACKUP):
        yield Gauge("cias_last_backup_timestamp_seconds", "When the last backup ended.", value=backup["at"])
        yield Gauge("cias_last_backup_bytes", "Size of the last backup.", value=backup["bytes"])
