"""Celery tasks of the agendas: rows of the database say what is to be done."""

from celery import shared_task

from appointments.services import reminders


@shared_task(name="appointments.send_reminders")
def send_reminders() -> None:
    reminders.run()
