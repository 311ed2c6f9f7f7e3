"""Reminders (A11): their rule, who agreed, what became of them, whom to call because one failed."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.enums import SENT_CHANNELS, ConsentMeans, Place, ReminderChannel
from appointments.forms.reminders import ReminderPolicyForm, TryForm
from appointments.models import Appointment, ReminderConsent
from appointments.reminder_text import compose
from appointments.rules import may_change
from appointments.senders import Message, NotSent, ReportingSender, Sender, sender_for
from appointments.services.consents import give_consent, withdraw_consent
from appointments.services.reminders import (
    BY_HAND,
    change_policy,
    get_policy,
    not_delivered,
    note_told,
    take_back,
)
from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import AccessRefused, requires
from cias.core.http import posted, safe_next
from cias.territory.services import get_structure
from households.models import Person

MOST_FAILURES = 100


@dataclass(frozen=True)
class ChannelLine:
    """One channel on the settings page: its sender, if there is one, and the words it would send."""

    code: str
    label: str
    sender: Sender | None
    reports: bool
    sample: str
    form: TryForm


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: AgentRequest) -> HttpResponse:
    """Whether and when reminders leave, through what; a sample of each can be sent to oneself."""
    current = get_policy()
    form = ReminderPolicyForm(posted(request), instance=current)
    if form.is_valid():
        change_policy(by=request.user, policy=form.instance)
        messages.success(request, "La règle des rappels est enregistrée.")
        return redirect("appointments:reminder_policy")
    return _settings(request, form)


def _settings(
    request: AgentRequest, form: ReminderPolicyForm, refused: TryForm | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "current": get_policy(),
        "channels": [_channel_line(code, refused) for code in SENT_CHANNELS],
        "refused": refused,
    }
    return render(request, "appointments/reminder_policy.html", context)


def _channel_line(code: str, refused: TryForm | None) -> ChannelLine:
    sender = sender_for(code)
    form = (
        refused if refused is not None and code == ReminderChannel.SMS else TryForm(channel=code, prefix=code)
    )
    label = str(ReminderChannel(code).label)
    return ChannelLine(code, label, sender, isinstance(sender, ReportingSender), _sample(code, "").text, form)


def _sample(channel: str, to: str) -> Message:
    """What a person would receive for an appointment at the desk, the day after tomorrow at ten."""
    start = timezone.localtime() + timedelta(days=2)
    start = start.replace(hour=10, minute=0, second=0, microsecond=0)
    return compose(
        key=uuid4(),
        to=to,
        channel=channel,
        start=start,
        place=Place.OFFICE,
        commune="",
        structure=get_structure(),
    )


@requires("structure.manage")
@require_POST
def try_out(request: AgentRequest) -> HttpResponse:
    """Send a sample to oneself, to see that the sender works."""
    channel = request.POST.get("channel", "")
    sender = sender_for(channel) if channel in SENT_CHANNELS else None
    if sender is None:
        messages.error(request, "Aucun expéditeur n’est configuré pour ce canal.")
        return redirect("appointments:reminder_policy")
    form = TryForm(request.POST, channel=channel, prefix=channel)
    if not form.is_valid():
        return _settings(request, ReminderPolicyForm(instance=get_policy()), form)
    to = form.cleaned_data.get("phone") or request.user.email
    try:
        sender.send(_sample(channel, to))
    except NotSent as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, "Le message d’essai est parti\u00a0: vérifiez que vous le recevez.")
    return redirect("appointments:reminder_policy")


@requires("agenda.reception")
@require_safe
def failures(request: AgentRequest) -> HttpResponse:
    """Who was to be reminded and was not: reception calls them."""
    known = Appointment.objects.for_user(request.user)
    rows = (
        not_delivered(timezone.now())
        .filter(appointment__in=known)
        .select_related(
            "appointment__person", "appointment__household", "appointment__agent", "appointment__reason"
        )
    )
    shown = list(rows[:MOST_FAILURES])
    log_access(request, AccessAction.VIEW, page="reminders", entries=len(shown))
    return render(request, "appointments/reminder_failures.html", {"rows": shown})


@requires("agenda.book")
@require_POST
def told(request: AgentRequest, appointment_id: UUID) -> HttpResponse:
    """Note a reminder by telephone or letter, or take the note back."""
    appointment = get_object_or_404(Appointment.objects.for_user(request.user), pk=appointment_id)
    if not may_change(request.user, appointment):
        raise AccessRefused("agenda.book")
    channel = request.POST.get("channel", "")
    if channel not in BY_HAND:
        messages.error(request, "Choisissez le téléphone ou le courrier.")
    elif "undo" in request.POST:
        take_back(by=request.user, appointment=appointment, channel=channel)
        messages.success(request, "Le rappel noté par erreur est retiré.")
    else:
        try:
            note_told(by=request.user, appointment=appointment, channel=channel)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            done = (
                "rappel par téléphone noté" if channel == ReminderChannel.PHONE else "courrier de rappel noté"
            )
            messages.success(request, f"{appointment.who}\u00a0: {done}.")
    return redirect(safe_next(request, reverse("appointments:detail", args=[appointment.pk])))


@requires("identity.edit")
@require_POST
def consent(request: AgentRequest, person_id: UUID) -> HttpResponse:
    """Note that a person agrees to reminders through a channel, or does not any more."""
    person = get_object_or_404(Person.objects.for_user(request.user), pk=person_id)
    channel, means = request.POST.get("channel", ""), request.POST.get("means", "")
    if channel not in SENT_CHANNELS:
        messages.error(request, "Choisissez l’e-mail ou le SMS.")
    elif "withdraw" in request.POST:
        _withdraw(request, person, channel)
    elif means not in ConsentMeans.values:
        messages.error(request, "Indiquez comment la personne a donné son accord.")
    else:
        _give(request, request.user, person, channel, means)
    return redirect(safe_next(request, reverse("households:person", args=[person.pk])))


def _give(request: AgentRequest, by: User, person: Person, channel: str, means: str) -> None:
    try:
        give_consent(by=by, person=person, channel=channel, means=means)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(
            request, f"Accord noté\u00a0: {person.full_name} recevra des rappels par {_by(channel)}."
        )


def _withdraw(request: AgentRequest, person: Person, channel: str) -> None:
    live = ReminderConsent.objects.filter(person=person, channel=channel, withdrawn_on__isnull=True).first()
    if live is None:
        messages.error(request, "Aucun accord n’est à retirer.")
        return
    withdraw_consent(by=request.user, consent=live)
    messages.success(
        request, f"Accord retiré\u00a0: {person.full_name} ne recevra plus de rappels par {_by(channel)}."
    )


def _by(channel: str) -> str:
    return "e-mail" if channel == ReminderChannel.EMAIL else "SMS"
