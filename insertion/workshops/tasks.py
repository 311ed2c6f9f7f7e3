"""Celery tasks of the workshops: rows of the database say what is to be done."""

from celery import shared_task

from insertion.workshops.services import send_waiting


@shared_task(name="insertion.send_workshop_notices")
def send_workshop_notices() -> None:
    send_waiting()
