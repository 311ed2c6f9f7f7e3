"""The second `make demo`: how long until one can log in (quality.md).

In a local folder of its own, so that the servers too start anew. The first one, not measured, writes the demonstration
when it is not there, or not wholly.
"""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time

from django.conf import settings

from cias.embedded import LOCAL_DIR
from tests.bench import Figure

PORT, PATIENCE, SECONDS = 8918, 1200, 10


def bench_demo() -> Figure:
    started()
    return Figure(
        "second make demo, to the login page", started(), "s", SECONDS, beside="the servers start too"
    )


def started() -> float:
    """Seconds from the command to the login page; everything is stopped then."""
    environment = os.environ | {"CIAS_LOCAL_DIR": str(LOCAL_DIR / "demo"), "PORT": str(PORT)}
    for name in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "TEST_DB_NAME"):
        environment.pop(name, None)
    begun = time.monotonic()
    demo = subprocess.Popen(
        [sys.executable, "-m", "cias.embedded", "demo"], cwd=settings.BASE_DIR, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while time.monotonic() < begun + PATIENCE and demo.poll() is None:
            with contextlib.suppress(OSError):
                asking = http.client.HTTPConnection("127.0.0.1", PORT, timeout=10)
                asking.request("GET", "/compte/connexion/", headers={"Host": f"localhost:{PORT}"})
                if asking.getresponse().status == 200:
                    return time.monotonic() - begun
            time.sleep(0.05)
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(timeout=120)
    raise RuntimeError("the demonstration does not start")
