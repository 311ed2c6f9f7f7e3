"""What Celery beat rings for, and when (docs/adr/0004); settings read it."""

from typing import Any

from celery.schedules import crontab

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # A sign of life is only worth something when it is fresh.
    "operations-heartbeat": {"task": "operations.heartbeat", "schedule": 60.0, "options": {"expires": 60}},
    "audit-seal": {"task": "audit.seal", "schedule": crontab(minute="*/5"), "options": {"expires": 300}},
    "audit-publish-head": {"task": "audit.publish_head", "schedule": crontab(hour=4, minute=0)},
    "audit-remove-expired": {"task": "audit.remove_expired", "schedule": crontab(hour=3, minute=50)},
    # More often than what it counts goes stale (cias/dashboard/kept.py).
    "dashboard-keep-figures": {
        "task": "dashboard.keep_figures",
        "schedule": crontab(minute="*/10", hour="7-19", day_of_week="mon-fri"),
        "options": {"expires": 600},
    },
    "abs-requeue-lost-runs": {"task": "abs_reports.requeue_lost_runs", "schedule": 30.0},
    "abs-freeze-dashboards": {
        "task": "abs_reports.freeze_dashboards",
        "schedule": crontab(hour=2, minute=10),
    },
    "abs-requeue-lost-imports": {"task": "abs_reports.requeue_lost_imports", "schedule": 30.0},
    "abs-tidy-imports": {"task": "abs_reports.tidy_imports", "schedule": crontab(hour=3, minute=15)},
    "lists-requeue-lost-exports": {"task": "lists.requeue_lost_exports", "schedule": 30.0},
    "lists-purge": {"task": "lists.purge", "schedule": crontab(minute=20)},
    "accounts-clear-sessions": {"task": "accounts.clear_sessions", "schedule": crontab(hour=3, minute=40)},
    "households-requeue-lost-takeovers": {"task": "households.requeue_lost_takeovers", "schedule": 30.0},
    "households-requeue-lost-disposals": {"task": "households.requeue_lost_disposals", "schedule": 30.0},
    "households-forget-outdated": {
        "task": "households.forget_outdated",
        "schedule": crontab(hour=3, minute=50),
    },
    "households-tidy-documents": {
        "task": "households.tidy_documents",
        "schedule": crontab(hour=3, minute=20),
    },
    "insertion-requeue-lost-imports": {"task": "insertion.requeue_lost_imports", "schedule": 30.0},
    "insertion-purge-imports": {
        "task": "insertion.purge_imports",
        "schedule": crontab(hour=3, minute=25),
    },
    "rights-requeue-lost-estimates": {"task": "rights.requeue_lost_estimates", "schedule": 30.0},
    # The days that follow catch up with stays entered, or a worker stopped, on the 1st: a month is called once.
    "housing-call-contributions": {
        "task": "housing.call_contributions",
        "schedule": crontab(hour=5, minute=30, day_of_month="1-5"),
    },
    # One that waited for a stopped worker is of no use: the next one does its work.
    "appointments-send-reminders": {
        "task": "appointments.send_reminders",
        "schedule": crontab(minute="*/15", hour="8-18", day_of_week="mon-fri"),
        "options": {"expires": 900},
    },
    "insertion-send-workshop-notices": {
        "task": "insertion.send_workshop_notices",
        "schedule": crontab(minute="*/5", hour="8-18", day_of_week="mon-fri"),
        "options": {"expires": 300},
    },
}
