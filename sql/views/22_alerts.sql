-- Alerted changes of plans, with proof and delivery.

CREATE OR REPLACE VIEW wirewatch.alerts AS
SELECT al.id                            AS alert_id,
       al.key,
       al.change,
       al.meeting_id,
       al.sequence,
       al.payload -> 'participants'     AS participants,
       al.payload ->> 'place'           AS place,
       al.payload ->> 'old_date'        AS old_date,
       al.payload ->> 'new_date'        AS new_date,
       al.payload ->> 'quote'           AS quote,
       al.payload ->> 'outlet'          AS outlet,
       al.payload ->> 'url'             AS url,
       (SELECT key FROM store.alert WHERE id = al.amends) AS amends,
       al.created_at,
       (SELECT jsonb_object_agg(d.channel, d.state) FROM store.alert_delivery d WHERE d.alert_id = al.id) AS deliveries
  FROM store.alert al;

COMMENT ON VIEW wirewatch.alerts IS
    'One row per change of a planned meeting, with its proof and the state of its delivery to each channel. `amends` names the alert that this one corrects or takes back.';
COMMENT ON COLUMN wirewatch.alerts.alert_id IS 'the alert';
COMMENT ON COLUMN wirewatch.alerts.key IS 'unique key of the change: it is alerted once';
COMMENT ON COLUMN wirewatch.alerts.change IS 'postponed, rescheduled, cancelled, will_not_attend, reinstated, contested';
COMMENT ON COLUMN wirewatch.alerts.meeting_id IS 'the meeting';
COMMENT ON COLUMN wirewatch.alerts.sequence IS 'number of the change within the meeting, as iCalendar counts';
COMMENT ON COLUMN wirewatch.alerts.participants IS 'participants: JSON list of id, name, country, office, role';
COMMENT ON COLUMN wirewatch.alerts.place IS 'planned place; null: not stated';
COMMENT ON COLUMN wirewatch.alerts.old_date IS 'previous date, EDTF; null: none was stated';
COMMENT ON COLUMN wirewatch.alerts.new_date IS 'new date, EDTF; null: none is stated';
COMMENT ON COLUMN wirewatch.alerts.quote IS 'the sentence that says so';
COMMENT ON COLUMN wirewatch.alerts.outlet IS 'outlet that said it';
COMMENT ON COLUMN wirewatch.alerts.url IS 'address of its page';
COMMENT ON COLUMN wirewatch.alerts.amends IS 'key of the alert that it corrects or takes back; null: none';
COMMENT ON COLUMN wirewatch.alerts.created_at IS 'when it was raised, UTC';
COMMENT ON COLUMN wirewatch.alerts.deliveries IS 'JSON object: channel -> pending, delivered or dead';
