"""What PostgreSQL itself keeps right about appointments, whoever writes them."""

import pgtrigger

# RFC 5545 §3.8.7.4: calendar programs keep the version with the highest number.
COUNT_REVISIONS = pgtrigger.Trigger(
    name="count_revisions",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func="""
        NEW.revision = OLD.revision;
        NEW.revised_at = OLD.revised_at;
        IF (NEW.start, NEW."end", NEW.status, NEW.place, NEW.room_id, NEW.commune_id, NEW.reason_id)
            IS DISTINCT FROM
            (OLD.start, OLD."end", OLD.status, OLD.place, OLD.room_id, OLD.commune_id, OLD.reason_id)
        THEN
            NEW.revision = OLD.revision + 1;
            NEW.revised_at = now();
        END IF;
        RETURN NEW;
    """,
)

# One row of Attendance for each agent an appointment takes: PostgreSQL compares rows of one column only, and an
# agent may be the first of one appointment and the second of another. The states are those of enums.OCCUPYING.
KEEP_ATTENDANCES = pgtrigger.Trigger(
    name="keep_attendances",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func="""
        DELETE FROM appointments_attendance
        WHERE appointment_id = NEW.id
            AND (NEW.status NOT IN ('planned', 'honoured', 'no_show')
                OR agent_id NOT IN (NEW.agent_id, COALESCE(NEW.second_agent_id, NEW.agent_id)));
        IF NEW.status IN ('planned', 'honoured', 'no_show') THEN
            INSERT INTO appointments_attendance (appointment_id, agent_id, start, "end")
            SELECT NEW.id, agent_id, NEW.busy_from, NEW.busy_until
            FROM unnest(ARRAY[NEW.agent_id, NEW.second_agent_id]) AS agent_id
            WHERE agent_id IS NOT NULL
            ON CONFLICT (appointment_id, agent_id) DO UPDATE SET start = EXCLUDED.start, "end" = EXCLUDED."end"
            WHERE (appointments_attendance.start, appointments_attendance."end")
                IS DISTINCT FROM (EXCLUDED.start, EXCLUDED."end");
        END IF;
        RETURN NULL;
    """,
)
