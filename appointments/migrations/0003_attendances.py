"""Appointments taken before travel times and pairs of agents existed: no way there, one agent each."""

from django.db import migrations

FILL = """
    ALTER TABLE appointments_appointment DISABLE TRIGGER USER;
    UPDATE appointments_appointment SET busy_from = start;
    ALTER TABLE appointments_appointment ENABLE TRIGGER USER;
    INSERT INTO appointments_attendance (appointment_id, agent_id, start, "end")
    SELECT id, agent_id, busy_from, busy_until FROM appointments_appointment
    WHERE status IN ('planned', 'honoured', 'no_show');
"""


class Migration(migrations.Migration):
    dependencies = [("appointments", "0002_reception")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
