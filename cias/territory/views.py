"""Settings of the structure: who it is, when it is open, which communes it serves (P3, A1)."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.core.access import requires
from cias.core.db import ConstraintViolation
from cias.core.french import date_short
from cias.core.reauthentication import dangerous
from cias.territory import settings
from cias.territory.forms import ClosureForm, HoursForm, SecrecyRuleForm, StructureForm, ZoneForm
from cias.territory.models import Commune, ExceptionalClosure, OpeningHours, SecrecyRule, Zone
from cias.territory.services import get_structure, secrecy_thresholds

READ_AND_WRITE = ["GET", "HEAD", "POST"]


@requires("structure.manage")
@require_http_methods(READ_AND_WRITE)
def structure(request: HttpRequest) -> HttpResponse:
    """Name, address, contacts."""
    form = StructureForm(request.POST or None, instance=get_structure())
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "La structure est modifiée.")
        return redirect("territory:structure")
    context = {
        "title": "Structure",
        "form": form,
        "submit": "Enregistrer",
        "back_url": reverse("dashboard:administration"),
        "organisation": get_structure(),
    }
    return render(request, "territory/structure.html", context)


@requires("structure.manage")
@require_safe
def hours(request: HttpRequest) -> HttpResponse:
    """The hours in force, those to come and those of the past."""
    today = timezone.localdate()
    periods = settings.hours_periods()
    context = {
        "current": [p for p in periods if p.since <= today and (p.until is None or p.until >= today)],
        "coming": [p for p in periods if p.since > today],
        "past": [p for p in periods if p.until and p.until < today],
    }
    return render(request, "territory/hours.html", context)


@requires("structure.manage")
@require_http_methods(READ_AND_WRITE)
def change_hours(request: HttpRequest) -> HttpResponse:
    """Type a whole week, prefilled with today's."""
    week = list(OpeningHours.objects.valid_on(timezone.localdate()))
    latest = next((str(period) for period in settings.hours_periods()), "")
    form = HoursForm(request.POST or None, week=week, latest=latest)
    if request.method == "POST" and form.is_valid():
        settings.change_hours(valid_from=form.cleaned_data["valid_from"], week=form.intervals())
        messages.success(request, "Les nouveaux horaires sont enregistrés.")
        return redirect("territory:hours")
    context = {
        "title": "Changer les horaires",
        "form": form,
        "submit": "Enregistrer ces horaires",
        "back_url": reverse("territory:hours"),
    }
    return render(request, "territory/hours_form.html", context)


@requires("structure.manage")
@require_http_methods(READ_AND_WRITE)
def closures(request: HttpRequest) -> HttpResponse:
    """The closures to come, those of the past, and a form to add one."""
    form = ClosureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            settings.save_closure(closure=form.instance)
        except ConstraintViolation as error:
            form.add_error("first_day", error)
        else:
            messages.success(request, "La fermeture est enregistrée : plus aucun créneau n’y est proposé.")
            return redirect("territory:closures")
    today = timezone.localdate()
    context = {
        "form": form,
        "coming": ExceptionalClosure.objects.standing().filter(last_day__gte=today).order_by("first_day"),
        "past": ExceptionalClosure.objects.filter(Q(last_day__lt=today) | Q(is_cancelled=True)),
    }
    return render(request, "territory/closures.html", context)


@requires("structure.manage")
@require_POST
def cancel_closure(request: HttpRequest, exceptional_closure_id: UUID) -> HttpResponse:
    closure = get_object_or_404(ExceptionalClosure.objects.standing(), pk=exceptional_closure_id)
    settings.cancel_closure(closure=closure)
    messages.success(request, f"La fermeture « {closure.label} » est annulée.")
    return redirect("territory:closures")


@requires("structure.manage")
@require_safe
def communes(request: HttpRequest) -> HttpResponse:
    """The communes of the territory with their population, and the zones."""
    rows = list(Commune.objects.select_related("zone").defer("geometry"))
    zones = Zone.objects.annotate(population=Sum("communes__population")).prefetch_related("communes")
    context = {
        "communes": rows,
        "total": sum(commune.population for commune in rows),
        "zones": [zone for zone in zones if zone.is_active],
        "retired": [zone for zone in zones if not zone.is_active],
        "organisation": get_structure(),
    }
    return render(request, "territory/communes.html", context)


@requires("structure.manage")
@require_http_methods(READ_AND_WRITE)
@dangerous
def secrecy(request: HttpRequest) -> HttpResponse:
    """The thresholds of statistical secrecy by date, and a form to add some from a day on."""
    form = SecrecyRuleForm(request.POST or None, current=secrecy_thresholds())
    if request.method == "POST" and form.is_valid():
        rule = settings.save_secrecy_rule(rule=form.instance)
        messages.success(
            request,
            f"Les seuils sont enregistrés\u00a0: ils valent à partir du {date_short(rule.valid_from)}.",
        )
        return redirect("territory:secrecy")
    today = timezone.localdate()
    rules = list(SecrecyRule.objects.all())
    in_force = next((rule for rule in rules if rule.valid_from <= today), None)
    context = {"form": form, "rules": rules, "in_force": in_force, "today": today}
    return render(request, "territory/secrecy.html", context)


@requires("structure.manage")
@require_http_methods(READ_AND_WRITE)
def zone(request: HttpRequest, zone_id: UUID | None = None) -> HttpResponse:
    """Create a zone, or change one."""
    instance = get_object_or_404(Zone, pk=zone_id) if zone_id else Zone()
    form = ZoneForm(request.POST or None, instance=instance)
    if request.method == "POST" and form.is_valid():
        saved = settings.save_zone(zone=form.instance, communes=form.cleaned_data["communes"])
        messages.success(request, f"La zone « {saved} » est enregistrée.")
        return redirect("territory:communes")
    is_retired = bool(zone_id) and not instance.is_active
    context = {
        "title": "Remettre la zone en usage"
        if is_retired
        else "Modifier la zone"
        if zone_id
        else "Créer une zone",
        "form": form,
        "submit": "Remettre la zone en usage" if is_retired else "Enregistrer la zone",
        "back_url": reverse("territory:communes"),
        "zone": instance if zone_id else None,
    }
    return render(request, "territory/zone_form.html", context)


@requires("structure.manage")
@require_POST
def retire_zone(request: HttpRequest, zone_id: UUID) -> HttpResponse:
    zone = get_object_or_404(Zone.objects.active(), pk=zone_id)
    settings.retire_zone(zone=zone)
    messages.success(request, f"La zone « {zone} » est retirée ; ses communes sont de nouveau seules.")
    return redirect("territory:communes")
