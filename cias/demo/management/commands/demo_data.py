from argparse import ArgumentParser
from dataclasses import replace
from datetime import datetime
from random import Random
from time import monotonic
from typing import Any

import pghistory
import pgtrigger
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.core.commands import Command as BaseCommand
from cias.demo import (
    agenda,
    aids,
    answers,
    applications,
    budgets,
    caseload,
    casework,
    claims,
    clock,
    desk,
    documents,
    domiciliation,
    doubles,
    dues,
    duties,
    ending,
    energy,
    engagement,
    evictions,
    figures,
    jobs,
    letters,
    lodging,
    orientations,
    pathways,
    people,
    permanences,
    planning,
    protection,
    referrals,
    structure,
    takeover,
    views,
    waiting,
    workshops,
)
from cias.demo.accounts import create_accounts
from cias.demo.world import World
from cias.territory.models import Commune

# Tens of thousands of rows whose history would only say that they were created.
WITHOUT_HISTORY = (
    "appointments.Appointment:insert_insert",
    "appointments.DeskContact:insert_insert",
    "appointments.Reminder:insert_insert",
    "appointments.ReminderConsent:insert_insert",
    "households.Budget:insert_insert",
    "households.BudgetLine:insert_insert",
    "households.Note:insert_insert",
    "households.ReferralIn:insert_insert",
    "households.ReferralOut:insert_insert",
    "households.Sharing:insert_insert",
    "rights.FileMove:insert_insert",
    "rights.FilePiece:insert_insert",
)


class Command(BaseCommand):
    help = "Remplit une base vide de données inventées et réalistes ; le même germe donne les mêmes données."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--households", type=int, default=1500, metavar="N", help="nombre de ménages (1500)"
        )
        parser.add_argument("--years", type=int, default=3, metavar="N", help="années d’historique (3)")
        parser.add_argument("--seed", type=int, default=1, metavar="N", help="germe du hasard (1)")

    def run(self, **options: Any) -> str:
        if options["households"] < 1 or not 1 <= options["years"] <= 10:
            raise ValidationError("Il faut au moins 1 ménage, et de 1 à 10 années.")
        if User.objects.exists():
            raise ValidationError(
                "La base contient déjà des comptes : les données de démonstration n’y sont pas ajoutées."
            )
        if not Commune.objects.exists():
            raise ValidationError("Le territoire est vide : chargez-le d’abord avec load_territory.")
        started = monotonic()
        with clock.stopped() as now, transaction.atomic():
            self._fill(options, now)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return f"Données de démonstration prêtes en {monotonic() - started:.0f} s."

    def _fill(self, options: dict[str, Any], now: datetime) -> None:
        users = create_accounts()
        world = World(
            Random(options["seed"]), timezone.localdate(now), now, options["years"], users,
            list(Commune.objects.order_by("code")), seed=options["seed"],
        )  # fmt: skip
        # Written down as the technical administrator's take-over; what follows is signed by whose act it is. The most
        # numerous rows come without history: each history row updates its one context row again, which a single
        # transaction pays dearly. No context around acts that are signed: the innermost would sign for all.
        with pghistory.context(user=str(users["admin"].pk)):
            self.step("structure", structure.settle, world)
            self.step("ménages", people.create_households, world, options["households"])
        with pgtrigger.ignore(*WITHOUT_HISTORY):
            self.step("agendas", agenda.create_agendas, world)
            self.step("droits", claims.create_claims, world)
        self.step("rendez-vous suivis", planning.plan_ahead, world)
        with pgtrigger.ignore(*WITHOUT_HISTORY):
            self.step("rappels", waiting.create_reminders, world)
        with pgtrigger.ignore(*WITHOUT_HISTORY):
            self.apart("orientations", referrals.create_referrals, world)
        self.step("liste d’attente", waiting.create_waiting_list, world)
        self.step("logement", casework.create_housing, world)
        self.step("insertion", pathways.create_pathways, world)
        self.step("accueil", desk.create_desk, world)
        self.apart("doublons", doubles.create_doubles, world)
        self.apart("documents", documents.create_documents, world)
        with pgtrigger.ignore("households.Task:insert_insert"):
            self.apart("tâches et passations", caseload.create_caseload, world)
        self.apart("reprises", takeover.create_takeovers, world)
        self.apart("vues", views.create_views, world)
        with pgtrigger.ignore(*WITHOUT_HISTORY):
            self.apart("budgets", budgets.create_budgets, world)
        self.apart("hébergement", lodging.create_lodging, world)
        self.apart("obligations et recours", duties.create_duties, world)
        self.apart("réponses des organismes", answers.create_answers, world)
        self.apart("aides", aids.create_aids, world)
        self.apart("courriers", letters.create_letters, world)
        self.apart("domiciliation", domiciliation.create_domiciliations, world)
        self.apart("participations", dues.create_dues, world)
        self.apart("expulsions", evictions.create_evictions, world)
        self.apart("logement social", applications.create_applications, world)
        self.apart("énergie", energy.create_energy, world)
        self.apart("parcours suivis", engagement.create_engagement, world)
        self.apart("orientations RSA", orientations.create_orientations, world)
        self.apart("ateliers", workshops.create_workshops, world)
        self.apart("permanences", permanences.create_permanences, world)
        self.apart("recherche d’emploi", jobs.create_jobs, world)
        self.step("chiffres", figures.create_figures, world)
        self.apart("dossiers protégés", protection.create_protected_files, world)
        self.apart("fin de vie", ending.create_endings, world)

    def apart(self, name: str, work: Any, world: World) -> None:
        """A step with chance of its own: what it draws, in whatever order, changes nothing of the others."""
        self.step(name, work, replace(world, random=Random(f"{world.seed} {name}")))

    def step(self, name: str, work: Any, *args: Any) -> None:
        started = monotonic()
        work(*args)
        self.stderr.write(f"  {name} : {monotonic() - started:.1f} s")
