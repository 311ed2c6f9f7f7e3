"""What `make demo` and `make run` show: the web server and the worker, over the embedded services."""

import http.client
import os
import socket
import sys
from pathlib import Path

from cias.demo import DEMO_PASSWORD
from cias.embedded.lifecycle import ensure_running, running_services
from cias.embedded.paths import LOCAL_DIR, EmbeddedError
from cias.embedded.prepare import is_prepared
from cias.embedded.supervisor import Child, Supervisor, say

HOST = os.environ.get("HOST") or "127.0.0.1"
HEALTH_PATH = "/sante/"


def _port() -> int:
    asked = os.environ.get("PORT") or "8000"
    if not asked.isdecimal() or not 0 < int(asked) < 65536:
        raise EmbeddedError(f"PORT={asked} n’est pas un numéro de port (1 à 65535).")
    return int(asked)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise EmbeddedError(
                f"Le port {port} est réservé : choisissez-en un autre (PORT=8001 make demo)."
            ) from None
        except OSError:
            raise EmbeddedError(
                f"Le port {port} est déjà pris : arrêtez l’autre programme, ou choisissez un autre port "
                f"(PORT={port + 1} make demo)."
            ) from None


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", HEALTH_PATH, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _worker(log: Path | None) -> Child:
    """One process, renewed every 20 tasks (PDF and simulations are greedy), with the beat schedule inside."""
    command = [sys.executable, "-m", "celery", "--app", "cias", "worker", "--beat", "--loglevel", "WARNING"]
    command += ["--schedule", str(LOCAL_DIR / "celerybeat-schedule"), "--without-gossip", "--without-mingle"]
    command += ["--concurrency", "1", "--max-tasks-per-child", "20"]
    return Child("Le worker Celery", command, log=log)


def _web(port: int, log: Path) -> Child:
    command = [sys.executable, "-m", "gunicorn", "cias.wsgi", "--bind", f"{HOST}:{port}", "--workers", "3"]
    command += ["--preload", "--timeout", "60", "--graceful-timeout", "5"]
    command += ["--no-control-socket", "--log-level", "warning"]
    return Child("Le serveur web", command, log=log)


def _development_web(port: int) -> Child:
    command = [sys.executable, "manage.py", "runserver", f"{HOST}:{port}"]
    return Child("Le serveur web", command, {"DEBUG": os.environ.get("DEBUG") or "1"})


def _box(port: int, logs: Path | None) -> str:
    lines = [
        f"Le CIAS de démonstration est prêt : http://localhost:{port}",
        "",
        "Comptes : accueil@cias.test, ts1@cias.test … ts13@cias.test, psy@cias.test,",
        "          direction@cias.test, ca@cias.test, dpo@cias.test, admin@cias.test",
        f"Mot de passe de tous : {DEMO_PASSWORD}",
        "",
        "Données fictives. Ctrl+C arrête tout ; les données restent pour la prochaine fois.",
        *([f"Journaux : {logs}"] if logs else []),
    ]
    width = max(map(len, lines))
    edge = "─" * (width + 2)
    return "\n".join([f"┌{edge}┐", *(f"│ {line.ljust(width)} │" for line in lines), f"└{edge}┘"])


def serve(*, development: bool) -> int:
    """Prepare, run and watch; returns the exit code, raises SystemExit with one sentence."""
    if os.environ.get("ENVIRONMENT") == "production":
        raise SystemExit("La démonstration écrit des données fictives : elle ne se lance pas en production.")
    logs = None if development else LOCAL_DIR / "log"
    try:
        port = _port()
        _check_port(port)
        with running_services():
            web = _development_web(port) if logs is None else _web(port, logs / "web.log")
            children = [web, _worker(logs / "worker.log" if logs else None)]
            supervisor = Supervisor(children, keep_services=ensure_running)
            if not is_prepared():
                prepare = Child("La préparation", [sys.executable, "-m", "cias.embedded", "prepare"])
                if code := supervisor.run_to_end(prepare):
                    return code
            say("Démarrage du serveur web et du worker…")
            code = supervisor.watch(is_ready=lambda: _answers(port), on_ready=lambda: say(_box(port, logs)))
            say("Arrêt des services…")
            return code
    except EmbeddedError as error:
        raise SystemExit(str(error)) from None
