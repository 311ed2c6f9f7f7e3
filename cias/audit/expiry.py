"""How lines leave the read log after their year: by a function of the tables' owner, and by nothing else.

The account of the application may not delete there; it may call this function, which takes no argument and removes
what the law no longer lets us keep (CNIL, délibération 2021-122), whole seals at a time.
"""

from typing import Any

from django.db import connection

from cias.audit.models import RETENTION

FUNCTION = """
CREATE OR REPLACE FUNCTION audit_remove_expired() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    removed bigint;
    expired bigint[];
BEGIN
    SELECT array_agg(number) INTO expired FROM audit_logseal
    WHERE entries <> '' AND newest_at < now() - interval 'KEPT';
    DELETE FROM audit_accesslog line USING audit_logseal seal
    WHERE seal.number = ANY (expired) AND line.id BETWEEN seal.first_id AND seal.last_id;
    GET DIAGNOSTICS removed = ROW_COUNT;
    UPDATE audit_logseal SET entries = '' WHERE number = ANY (expired);
    RETURN removed;
END
$$;
REVOKE ALL ON FUNCTION audit_remove_expired() FROM PUBLIC;
""".replace("KEPT", f"{RETENTION.days} days")


def create_function(**kwargs: Any) -> None:
    """After each migration, as its account; `grant_web_role` lets the application call it."""
    if "audit_logseal" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(FUNCTION)
