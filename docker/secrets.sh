#!/bin/sh
# Writes the secrets docker-compose.yml mounts, once; run again, it adds those that are missing and changes none.
# The folder is closed to others; the files are not, because the containers read them under their own accounts.
set -eu
cd "$(dirname "$0")/.."
mkdir -p secrets
chmod 700 secrets

random() { head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n'; }
write() {
    [ -s "secrets/$1" ] || printf '%s' "$2" >"secrets/$1"
    chmod 644 "secrets/$1"
}

write secret_key "$(random)$(random)"
write field_encryption_keys "$(random)"
write db_password "$(random | tr -d '=')"
write broker_password "$(random | tr -d '=')"
write database_url "postgres://cias:$(cat secrets/db_password)@db:5432/cias"
# The application's own account, which manage.py grant_web_role creates and bounds.
write web_db_password "$(random | tr -d '=')"
write web_database_url "postgres://cias_web:$(cat secrets/web_db_password)@db:5432/cias"
write broker_url "redis://:$(cat secrets/broker_password)@broker:6379/0"
write email_url "smtp+tls://utilisateur:motdepasse@smtp.exemple.fr:587"
# Only used when REMINDER_SENDERS names the SMS gateway.
write sms_gateway_url "https://sms.exemple.fr/messages"
write sms_gateway_token "jeton"
write oidc_client_secret "secret"
# What a monitoring program shows at /metriques/.
write metrics_token "$(random | tr -d '=')"
echo "Secrets written in secrets/. Put the address of your mail server in secrets/email_url, and keep a copy of" \
    "secrets/field_encryption_keys away from the backups: without it, encrypted fields cannot be read." >&2
