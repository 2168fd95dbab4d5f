-- Changes of plans that were alerted, with their proof; what became of each message; what the operator must know of.

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
       (SELECT jsonb_object_agg(d.channel || CASE WHEN d.receiver = '' THEN '' ELSE '/' || d.receiver END, d.state
                                ORDER BY d.resend)
          FROM store.alert_delivery d WHERE d.alert_id = al.id) AS deliveries
  FROM store.alert al;

COMMENT ON VIEW wirewatch.alerts IS
    'One row per change of a planned meeting, with its proof and the state of its delivery to each receiver. `amends` names the alert that this one corrects or takes back.';
COMMENT ON COLUMN wirewatch.alerts.alert_id IS 'the alert';
COMMENT ON COLUMN wirewatch.alerts.key IS 'the same change is never alerted twice under one key';
COMMENT ON COLUMN wirewatch.alerts.change IS 'postponed, rescheduled, cancelled, will_not_attend, reinstated, contested, retracted, …';
COMMENT ON COLUMN wirewatch.alerts.meeting_id IS 'the meeting';
COMMENT ON COLUMN wirewatch.alerts.sequence IS 'which change of the meeting it is, as iCalendar counts';
COMMENT ON COLUMN wirewatch.alerts.participants IS 'who was to meet: JSON list of names';
COMMENT ON COLUMN wirewatch.alerts.place IS 'where it is to be; null: not stated';
COMMENT ON COLUMN wirewatch.alerts.old_date IS 'date before, EDTF; null: none was stated';
COMMENT ON COLUMN wirewatch.alerts.new_date IS 'new date, EDTF; null: none is stated';
COMMENT ON COLUMN wirewatch.alerts.quote IS 'the sentence that says so, whole';
COMMENT ON COLUMN wirewatch.alerts.outlet IS 'outlet that said it';
COMMENT ON COLUMN wirewatch.alerts.url IS 'address of its page';
COMMENT ON COLUMN wirewatch.alerts.amends IS 'key of the alert that it corrects or takes back; null: none';
COMMENT ON COLUMN wirewatch.alerts.created_at IS 'when it was raised, UTC';
COMMENT ON COLUMN wirewatch.alerts.deliveries IS 'JSON object: channel, or channel/receiver -> pending, held, sending, delivered, dead, superseded or dropped';

CREATE OR REPLACE VIEW wirewatch.alert_deliveries AS
SELECT d.id                             AS delivery_id,
       d.alert_id,
       coalesce(a.key, 'operator/' || d.notice_id) AS key,
       coalesce(a.change, n.cause)      AS what,
       a.change,
       a.meeting_id,
       d.channel,
       d.receiver,
       d.watch,
       d.state,
       d.held_for,
       d.attempts,
       d.maybe_sent,
       d.error_class,
       d.code,
       d.last_error,
       d.resend,
       d.bundle_id,
       d.created_at,
       d.first_tried_at,
       d.last_tried_at,
       w.due_at                         AS next_try_at,
       d.delivered_at,
       d.receipt
  FROM store.alert_delivery d
  LEFT JOIN store.alert a ON a.id = d.alert_id
  LEFT JOIN store.operator_notice n ON n.id = d.notice_id
  LEFT JOIN store.work w ON w.stage = 'notify' AND w.subject_id = d.id;

COMMENT ON VIEW wirewatch.alert_deliveries IS
    'One row per message and receiver: how often it was tried, what went wrong, when it is tried next.';
COMMENT ON COLUMN wirewatch.alert_deliveries.delivery_id IS 'the delivery';
COMMENT ON COLUMN wirewatch.alert_deliveries.alert_id IS 'the alert; null: a message to the operator';
COMMENT ON COLUMN wirewatch.alert_deliveries.key IS 'key on the message, the same at every try';
COMMENT ON COLUMN wirewatch.alert_deliveries.what IS 'kind of change, or cause of the message to the operator';
COMMENT ON COLUMN wirewatch.alert_deliveries.change IS 'kind of change; null: a message to the operator';
COMMENT ON COLUMN wirewatch.alert_deliveries.meeting_id IS 'the meeting; null: a message to the operator';
COMMENT ON COLUMN wirewatch.alert_deliveries.channel IS 'channel of config/alerts.yml';
COMMENT ON COLUMN wirewatch.alert_deliveries.receiver IS 'one of its receivers; empty: the only one, or not looked up yet';
COMMENT ON COLUMN wirewatch.alert_deliveries.watch IS 'watch that sent it there';
COMMENT ON COLUMN wirewatch.alert_deliveries.state IS 'pending, held, sending, delivered, dead, superseded or dropped';
COMMENT ON COLUMN wirewatch.alert_deliveries.held_for IS 'why it waits: muted, quiet, group, digest, rate, witnesses; null: it does not';
COMMENT ON COLUMN wirewatch.alert_deliveries.attempts IS 'tries so far';
COMMENT ON COLUMN wirewatch.alert_deliveries.maybe_sent IS 'whether a try that failed may have arrived';
COMMENT ON COLUMN wirewatch.alert_deliveries.error_class IS 'busy, down, unsure, misconfigured, gone, bad_receiver, bad_message, bug; null: no error';
COMMENT ON COLUMN wirewatch.alert_deliveries.code IS 'what the service answered: 503, 550';
COMMENT ON COLUMN wirewatch.alert_deliveries.last_error IS 'what went wrong last, without addresses';
COMMENT ON COLUMN wirewatch.alert_deliveries.resend IS '0: the first; 1, 2, …: sent again by hand';
COMMENT ON COLUMN wirewatch.alert_deliveries.bundle_id IS 'delivery whose message told of it too; null: a message of its own';
COMMENT ON COLUMN wirewatch.alert_deliveries.created_at IS 'when it was put on its way, UTC';
COMMENT ON COLUMN wirewatch.alert_deliveries.first_tried_at IS 'first try, UTC; null: none yet';
COMMENT ON COLUMN wirewatch.alert_deliveries.last_tried_at IS 'last try, UTC; null: none yet';
COMMENT ON COLUMN wirewatch.alert_deliveries.next_try_at IS 'when it is tried next, UTC; null: not any more';
COMMENT ON COLUMN wirewatch.alert_deliveries.delivered_at IS 'when the receiver took it, UTC; null: it did not';
COMMENT ON COLUMN wirewatch.alert_deliveries.receipt IS 'what the receiver said on taking it; null: nothing';

CREATE OR REPLACE VIEW wirewatch.alerts_dead AS
SELECT d.delivery_id, d.key, d.what, d.meeting_id, d.channel, d.receiver, d.error_class, d.code, d.last_error,
       d.attempts, d.maybe_sent, d.created_at, d.last_tried_at
  FROM wirewatch.alert_deliveries d
 WHERE d.state = 'dead'
   AND NOT EXISTS (SELECT FROM wirewatch.alert_deliveries later
                    WHERE later.key = d.key AND later.channel = d.channel AND later.receiver = d.receiver
                      AND later.resend > d.resend AND later.state = 'delivered');

COMMENT ON VIEW wirewatch.alerts_dead IS
    'Messages that were given up and not delivered since. `wirewatch alerts resend` sends them again.';
COMMENT ON COLUMN wirewatch.alerts_dead.delivery_id IS 'the delivery';
COMMENT ON COLUMN wirewatch.alerts_dead.key IS 'key on the message';
COMMENT ON COLUMN wirewatch.alerts_dead.what IS 'kind of change, or cause of the message to the operator';
COMMENT ON COLUMN wirewatch.alerts_dead.meeting_id IS 'the meeting; null: a message to the operator';
COMMENT ON COLUMN wirewatch.alerts_dead.channel IS 'channel of config/alerts.yml';
COMMENT ON COLUMN wirewatch.alerts_dead.receiver IS 'one of its receivers; empty: the only one';
COMMENT ON COLUMN wirewatch.alerts_dead.error_class IS 'class of the last error';
COMMENT ON COLUMN wirewatch.alerts_dead.code IS 'what the service answered';
COMMENT ON COLUMN wirewatch.alerts_dead.last_error IS 'what went wrong last, without addresses';
COMMENT ON COLUMN wirewatch.alerts_dead.attempts IS 'tries';
COMMENT ON COLUMN wirewatch.alerts_dead.maybe_sent IS 'whether a try may have arrived';
COMMENT ON COLUMN wirewatch.alerts_dead.created_at IS 'when it was put on its way, UTC';
COMMENT ON COLUMN wirewatch.alerts_dead.last_tried_at IS 'last try, UTC';

CREATE OR REPLACE VIEW wirewatch.alert_channels AS
SELECT c.name                           AS endpoint,
       c.state,
       c.reason,
       c.since,
       c.until,
       c.failures,
       (SELECT count(*) FROM store.alert_delivery d
         WHERE d.channel || CASE WHEN d.receiver = '' THEN '' ELSE '/' || d.receiver END = c.name
           AND d.state IN ('pending', 'held', 'sending')) AS waiting
  FROM store.alert_channel c
 WHERE c.name NOT LIKE 'operator:%';

COMMENT ON VIEW wirewatch.alert_channels IS 'Channels, and the receivers of those that have several, as they can be reached now.';
COMMENT ON COLUMN wirewatch.alert_channels.endpoint IS 'channel, or channel/receiver';
COMMENT ON COLUMN wirewatch.alert_channels.state IS 'ok, paused, broken (misconfigured: asked again every hour) or off (gone)';
COMMENT ON COLUMN wirewatch.alert_channels.reason IS 'why; null: all is well';
COMMENT ON COLUMN wirewatch.alert_channels.since IS 'since when, UTC';
COMMENT ON COLUMN wirewatch.alert_channels.until IS 'when it is tried again, UTC';
COMMENT ON COLUMN wirewatch.alert_channels.failures IS 'failures in a row';
COMMENT ON COLUMN wirewatch.alert_channels.waiting IS 'messages that wait for it';

CREATE OR REPLACE VIEW wirewatch.operator_notices AS
SELECT n.id AS notice_id, n.cause, n.subject, n.detail, n.times, n.first_at, n.last_at, n.cleared_at, n.acked_at, n.acked_by
  FROM store.operator_notice n;

COMMENT ON VIEW wirewatch.operator_notices IS
    'What is, or was, wrong with wirewatch itself: ingest stalled, a feed silent, a delivery dead, a channel broken, the configuration refused; and the daily heartbeats.';
COMMENT ON COLUMN wirewatch.operator_notices.notice_id IS 'for `wirewatch alerts ack`';
COMMENT ON COLUMN wirewatch.operator_notices.cause IS 'ingest_stalled, feed_silent, delivery_dead, channel_broken, channel_away, configuration_refused or heartbeat';
COMMENT ON COLUMN wirewatch.operator_notices.subject IS 'what it is about: a feed, a channel, a file';
COMMENT ON COLUMN wirewatch.operator_notices.detail IS 'in words';
COMMENT ON COLUMN wirewatch.operator_notices.times IS 'how often it was found';
COMMENT ON COLUMN wirewatch.operator_notices.first_at IS 'when it was found first, UTC';
COMMENT ON COLUMN wirewatch.operator_notices.last_at IS 'when it was found last, UTC';
COMMENT ON COLUMN wirewatch.operator_notices.cleared_at IS 'when it was over, UTC; null: it lasts';
COMMENT ON COLUMN wirewatch.operator_notices.acked_at IS 'when it was acknowledged, UTC; null: not yet';
COMMENT ON COLUMN wirewatch.operator_notices.acked_by IS 'who did';
