from django import forms

from appointments.forms.activity import PeriodForm


class SendingForm(PeriodForm):
    """Which period leaves, and for what; the answer goes to the read log."""

    raison = forms.CharField(
        label="Pour quoi faire", max_length=200, help_text="Écrit au journal des consultations."
    )
