-- Meetings as they stand, how each came to stand so, and the alerts that went out.

CREATE OR REPLACE VIEW wirewatch.meetings AS
SELECT m.id                             AS meeting_id,
       m.uid,
       s.status,
       CASE s.status
           WHEN 'scheduled' THEN CASE WHEN s.change = 'rescheduled' OR s.previous <> '[]'
                                      THEN 'EventRescheduled' ELSE 'EventScheduled' END
           WHEN 'confirmed' THEN 'EventScheduled'
           WHEN 'rescheduled' THEN 'EventRescheduled'
           WHEN 'postponed' THEN 'EventPostponed'
           WHEN 'cancelled' THEN 'EventCancelled'
       END                              AS event_status,
       ARRAY(SELECT p ->> 'name' FROM jsonb_array_elements(s.participants) p) AS participants,
       s.participant_ids,
       s.countries,
       s.format,
       s.place_name                     AS place,
       s.place_country,
       s.edtf                           AS date,
       s.earliest,
       s.latest,
       s.clock,
       ARRAY(SELECT p ->> 'edtf' FROM jsonb_array_elements(s.previous) p) AS previous_dates,
       s.flags,
       'lapsed' = ANY(s.flags)          AS lapsed,
       s.sequence,
       proof.quote,
       proof_article.url                AS quote_url,
       (SELECT count(DISTINCT v.article_id)
          FROM store.meeting_evidence e
          JOIN store.meeting_mention n ON n.id = e.mention_id
          JOIN store.article_version v ON v.id = n.version_id
         WHERE e.meeting_id = m.id)     AS reports,
       (SELECT count(DISTINCT w.witness)
          FROM wirewatch.witnesses w
         WHERE w.meeting_id = m.id)     AS witnesses,
       m.created_at                     AS first_seen_at,
       s.recorded_at                    AS last_change_at
  FROM store.meeting m
  JOIN LATERAL (SELECT * FROM store.meeting_version
                 WHERE meeting_id = m.id ORDER BY number DESC LIMIT 1) s ON true
  JOIN store.meeting_mention proof ON proof.id = s.proof_mention_id
  JOIN store.article_version proof_version ON proof_version.id = proof.version_id
  JOIN store.article proof_article ON proof_article.id = proof_version.article_id
 WHERE m.merged_into IS NULL AND NOT m.dismissed;

COMMENT ON VIEW wirewatch.meetings IS
    'One row per meeting as it stands: who, where, when (EDTF), the sentence that proves the status, how many articles report it and how many independent texts (copies of one dispatch are one witness). `status` is what was reported last; `flags` says what must be known beside it: at_risk, contested, first_seen_as_change, withdrawn (no report of it is left), lapsed (its day is over and nobody reported that it took place).';

CREATE OR REPLACE VIEW wirewatch.meeting_timeline AS
SELECT s.meeting_id,
       s.number                         AS step,
       s.sequence,
       s.status,
       s.change,
       lag(s.edtf) OVER each            AS old_date,
       s.edtf                           AS new_date,
       lag(s.place_name) OVER each      AS old_place,
       s.place_name                     AS new_place,
       n.quote,
       f.outlet,
       v.published_at,
       s.recorded_at,
       s.recorded_at - v.published_at   AS lag,
       a.url,
       s.flags,
       s.confidence,
       r.verb || ' by ' || r.who || ': ' || r.why AS ruling
  FROM store.meeting_version s
  LEFT JOIN store.meeting_ruling r ON r.id = s.ruling_id
  JOIN store.meeting_mention n ON n.id = s.proof_mention_id
  JOIN store.article_version v ON v.id = n.version_id
  JOIN store.article a ON a.id = v.article_id
  JOIN store.feed f ON f.id = a.feed_id
WINDOW each AS (PARTITION BY s.meeting_id ORDER BY s.number);

COMMENT ON VIEW wirewatch.meeting_timeline IS
    'Every state every meeting has been in, with the sentence and the article that moved it there, or the person who did.';

CREATE OR REPLACE VIEW wirewatch.upcoming_meetings AS
SELECT * FROM wirewatch.meetings
 WHERE status IN ('scheduled', 'confirmed', 'rescheduled', 'uncertain')
   AND NOT flags && ARRAY['lapsed', 'withdrawn']
   AND (latest IS NULL OR latest >= (now() AT TIME ZONE 'UTC')::date);

COMMENT ON VIEW wirewatch.upcoming_meetings IS 'Meetings that are still planned: for today (UTC) or later, or for a day nobody has named yet.';

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

CREATE OR REPLACE VIEW wirewatch.possible_links AS
SELECT p.mention_id,
       p.fit,
       p.score,
       e.meeting_id,
       p.meeting_id                     AS maybe_meeting_id,
       n.status,
       ARRAY(SELECT x ->> 'name' FROM jsonb_array_elements(n.participants) x) AS participants,
       n.countries,
       n.place_name                     AS place,
       n.edtf                           AS date,
       s.edtf                           AS maybe_date,
       s.status                         AS maybe_status,
       n.quote,
       f.outlet,
       v.published_at,
       a.url,
       p.noted_at
  FROM store.meeting_possible p
  JOIN store.meeting_mention n ON n.id = p.mention_id
  JOIN store.article_version v ON v.id = n.version_id
  JOIN store.article a ON a.id = v.article_id
  JOIN store.feed f ON f.id = a.feed_id
  JOIN store.meeting_evidence e ON e.mention_id = p.mention_id AND e.meeting_id <> p.meeting_id
  JOIN store.meeting own ON own.id = e.meeting_id AND NOT own.dismissed
  JOIN store.meeting m ON m.id = p.meeting_id AND m.merged_into IS NULL AND NOT m.dismissed
  JOIN LATERAL (SELECT * FROM store.meeting_version
                 WHERE meeting_id = m.id ORDER BY number DESC LIMIT 1) s ON true
 WHERE NOT EXISTS (SELECT FROM store.meeting_pin WHERE mention_id = p.mention_id);

COMMENT ON VIEW wirewatch.possible_links IS
    'Reports that may speak of another meeting than the one they stand in, for a person to decide (`wirewatch meetings link` or `merge`): the fit is unsure, or the same people are to meet on another day and nobody said that it was moved (silent_reschedule).';

CREATE OR REPLACE VIEW wirewatch.meeting_rulings AS
SELECT r.id AS ruling_id, r.verb, r.meeting_id, r.other_id, r.who, r.why, r.decided_at,
       ARRAY(SELECT p.mention_id FROM store.meeting_pin p WHERE p.ruling_id = r.id ORDER BY 1) AS mention_ids
  FROM store.meeting_ruling r;

COMMENT ON VIEW wirewatch.meeting_rulings IS
    'What persons decided about meetings: merged, split, linked, unlinked, dismissed, restored; who, when and why. The newest decision about a report holds, whatever is read or linked again.';
