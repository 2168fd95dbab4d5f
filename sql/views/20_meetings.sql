-- Meetings: their current state and every earlier one.

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
       ARRAY(SELECT coalesce(d.en, p.who ->> 'name') FROM jsonb_array_elements(s.participants) WITH ORDINALITY p (who, number)
             LEFT JOIN store.person_name d ON d.person_id = p.who ->> 'id' ORDER BY p.number) AS participants,
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
       s.recorded_at                    AS last_change_at,
       ARRAY(SELECT coalesce(d.en, p.who ->> 'name') FROM jsonb_array_elements(s.absent) WITH ORDINALITY p (who, number)
             LEFT JOIN store.person_name d ON d.person_id = p.who ->> 'id' ORDER BY p.number) AS absent,
       s.weight_for                     AS witnesses_for,
       s.weight_against                 AS witnesses_against,
       CASE WHEN s.status = 'held' THEN coalesce(s.edtf, '[..' || (
                SELECT min(v.published_at) FILTER (WHERE n.status = 'held')::date
                  FROM store.meeting_evidence e
                  JOIN store.meeting_mention n ON n.id = e.mention_id
                  JOIN store.article_version v ON v.id = n.version_id
                 WHERE e.meeting_id = m.id) || ']') END AS held_on,
       (SELECT min(v.published_at)
          FROM store.meeting_evidence e
          JOIN store.meeting_mention n ON n.id = e.mention_id
          JOIN store.article_version v ON v.id = n.version_id
         WHERE e.meeting_id = m.id)     AS first_published_at,
       (SELECT max(v.published_at)
          FROM store.meeting_evidence e
          JOIN store.meeting_mention n ON n.id = e.mention_id
          JOIN store.article_version v ON v.id = n.version_id
         WHERE e.meeting_id = m.id)     AS last_published_at,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('person_id', p.who ->> 'id', 'name', coalesce(d.en, p.who ->> 'name'),
                                                     'name_ru', d.ru, 'name_tr', d.tr,
                                                     'country', p.who ->> 'country', 'office_id', p.who ->> 'office',
                                                     'role', p.who ->> 'role') ORDER BY p.number), '[]')
          FROM jsonb_array_elements(s.participants) WITH ORDINALITY AS p (who, number)
          LEFT JOIN store.person_name d ON d.person_id = p.who ->> 'id') AS people,
       s.previous <> '[]'               AS moved,
       nullif(s.series, '')             AS series,
       s.series_number
  FROM store.meeting m
  JOIN store.meeting_version s ON s.meeting_id = m.id
   AND NOT EXISTS (SELECT FROM store.meeting_version n WHERE n.meeting_id = s.meeting_id AND n.number > s.number)
  -- Every state has its proof. LEFT lets the planner leave out what a query does not ask for, here and below.
  LEFT JOIN store.meeting_mention proof ON proof.id = s.proof_mention_id
  LEFT JOIN store.article_version proof_version ON proof_version.id = proof.version_id
  LEFT JOIN store.article proof_article ON proof_article.id = proof_version.article_id
 WHERE m.merged_into IS NULL AND NOT m.dismissed;

COMMENT ON VIEW wirewatch.meetings IS
    'One row per meeting in its current state: who, where, when (EDTF), the sentence that proves the status, the number of articles and of independent texts (copies of one dispatch are one witness). `status` is what was reported last; `flags` adds what else to know: at_risk, contested, attendance, first_seen_as_change, withdrawn (no report of it is left), lapsed (its day has passed and no source reported that it took place).';
COMMENT ON COLUMN wirewatch.meetings.meeting_id IS 'the meeting';
COMMENT ON COLUMN wirewatch.meetings.uid IS 'iCalendar UID';
COMMENT ON COLUMN wirewatch.meetings.status IS 'status reported last: scheduled, confirmed, uncertain, rescheduled, postponed, cancelled, denied, held';
COMMENT ON COLUMN wirewatch.meetings.event_status IS 'the status in the words of schema.org; null: it has none';
COMMENT ON COLUMN wirewatch.meetings.participants IS 'participants, each under one name in all meetings; see people for other spellings';
COMMENT ON COLUMN wirewatch.meetings.participant_ids IS 'ids of the participants: per: a person, off: an office, cty: a country';
COMMENT ON COLUMN wirewatch.meetings.countries IS 'countries of the parties, not of the place; ISO 3166-1 alpha-2 and EU, PS, TW';
COMMENT ON COLUMN wirewatch.meetings.format IS 'visit, talks, summit, meeting or call';
COMMENT ON COLUMN wirewatch.meetings.place IS 'planned place; null: not stated';
COMMENT ON COLUMN wirewatch.meetings.place_country IS 'country of the place, ISO 3166-1 alpha-2';
COMMENT ON COLUMN wirewatch.meetings.date IS 'planned date, EDTF in local time of the place; null: not stated';
COMMENT ON COLUMN wirewatch.meetings.earliest IS 'first possible day (valid time)';
COMMENT ON COLUMN wirewatch.meetings.latest IS 'last possible day (valid time)';
COMMENT ON COLUMN wirewatch.meetings.clock IS 'local time of day, HH:MM; null: not stated';
COMMENT ON COLUMN wirewatch.meetings.previous_dates IS 'dates that were given up, EDTF, oldest first';
COMMENT ON COLUMN wirewatch.meetings.flags IS 'at_risk, contested, attendance, first_seen_as_change, withdrawn, lapsed; empty: none';
COMMENT ON COLUMN wirewatch.meetings.lapsed IS 'whether its day has passed and no source reported that it took place';
COMMENT ON COLUMN wirewatch.meetings.sequence IS 'number of alerted changes so far, as iCalendar counts them';
COMMENT ON COLUMN wirewatch.meetings.quote IS 'the sentence that proves the status';
COMMENT ON COLUMN wirewatch.meetings.quote_url IS 'address of its page';
COMMENT ON COLUMN wirewatch.meetings.reports IS 'number of articles that report it';
COMMENT ON COLUMN wirewatch.meetings.witnesses IS 'number of independent witnesses among them';
COMMENT ON COLUMN wirewatch.meetings.first_seen_at IS 'when it was first recorded, UTC';
COMMENT ON COLUMN wirewatch.meetings.last_change_at IS 'when its state last changed, UTC';
COMMENT ON COLUMN wirewatch.meetings.absent IS 'who will not attend although the meeting goes on';
COMMENT ON COLUMN wirewatch.meetings.witnesses_for IS 'independent witnesses of the status when it was recorded';
COMMENT ON COLUMN wirewatch.meetings.witnesses_against IS 'independent witnesses of another one, before it and since';
COMMENT ON COLUMN wirewatch.meetings.held_on IS 'day it was held, EDTF; where no report names one, [..the day of the first report]; null: not held';
COMMENT ON COLUMN wirewatch.meetings.first_published_at IS 'publication of the first report of it, UTC';
COMMENT ON COLUMN wirewatch.meetings.last_published_at IS 'publication of the last report of it, UTC';
COMMENT ON COLUMN wirewatch.meetings.people IS 'participants as JSON, in the order they were first named: person_id, name, name_ru, name_tr, country, office_id, role';
COMMENT ON COLUMN wirewatch.meetings.moved IS 'whether it was planned for another day before';
COMMENT ON COLUMN wirewatch.meetings.series IS 'series it belongs to, by its name in series.csv: g20, astana; null: none is named';
COMMENT ON COLUMN wirewatch.meetings.series_number IS 'its own number: the fourth round, the 14th session; null: none is named';

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
       r.verb || ' by ' || r.who || ': ' || r.why AS ruling,
       lag(ARRAY(SELECT coalesce(d.en, p.who ->> 'name') FROM jsonb_array_elements(s.participants) WITH ORDINALITY p (who, number)
             LEFT JOIN store.person_name d ON d.person_id = p.who ->> 'id' ORDER BY p.number)) OVER each AS old_participants,
       ARRAY(SELECT coalesce(d.en, p.who ->> 'name') FROM jsonb_array_elements(s.participants) WITH ORDINALITY p (who, number)
             LEFT JOIN store.person_name d ON d.person_id = p.who ->> 'id' ORDER BY p.number) AS new_participants,
       n.id                             AS mention_id,
       v.article_id,
       v.language,
       CASE WHEN s.change IS NOT NULL THEN nullif(n.reason, '') END AS reason,
       CASE WHEN s.change IS NOT NULL THEN nullif(n.initiator, '') END AS initiator
  FROM store.meeting_version s
  LEFT JOIN store.meeting_ruling r ON r.id = s.ruling_id
  JOIN store.meeting_mention n ON n.id = s.proof_mention_id
  JOIN store.article_version v ON v.id = n.version_id
  JOIN store.article a ON a.id = v.article_id
  JOIN store.feed f ON f.id = a.feed_id
WINDOW each AS (PARTITION BY s.meeting_id ORDER BY s.number);

COMMENT ON VIEW wirewatch.meeting_timeline IS
    'Every state of every meeting, with the sentence and article, or the ruling, that caused it.';
COMMENT ON COLUMN wirewatch.meeting_timeline.meeting_id IS 'the meeting';
COMMENT ON COLUMN wirewatch.meeting_timeline.step IS 'number of the state, from 1';
COMMENT ON COLUMN wirewatch.meeting_timeline.sequence IS 'number of alerted changes so far, as iCalendar counts them';
COMMENT ON COLUMN wirewatch.meeting_timeline.status IS 'new status';
COMMENT ON COLUMN wirewatch.meeting_timeline.change IS 'alerted change: postponed, rescheduled, cancelled, will_not_attend, reinstated, contested; null: none';
COMMENT ON COLUMN wirewatch.meeting_timeline.old_date IS 'previous date, EDTF; null: none was stated';
COMMENT ON COLUMN wirewatch.meeting_timeline.new_date IS 'new date, EDTF; null: none is stated';
COMMENT ON COLUMN wirewatch.meeting_timeline.old_place IS 'previous place';
COMMENT ON COLUMN wirewatch.meeting_timeline.new_place IS 'new place';
COMMENT ON COLUMN wirewatch.meeting_timeline.quote IS 'the sentence that caused the state';
COMMENT ON COLUMN wirewatch.meeting_timeline.outlet IS 'outlet that said it';
COMMENT ON COLUMN wirewatch.meeting_timeline.published_at IS 'when it was published, UTC';
COMMENT ON COLUMN wirewatch.meeting_timeline.recorded_at IS 'when it was recorded, UTC';
COMMENT ON COLUMN wirewatch.meeting_timeline.lag IS 'time from publication until we knew';
COMMENT ON COLUMN wirewatch.meeting_timeline.url IS 'address of its page';
COMMENT ON COLUMN wirewatch.meeting_timeline.flags IS 'at_risk, contested, attendance, first_seen_as_change, withdrawn, lapsed; empty: none';
COMMENT ON COLUMN wirewatch.meeting_timeline.confidence IS 'confidence in the status, 0 to 1';
COMMENT ON COLUMN wirewatch.meeting_timeline.ruling IS 'the ruling behind it, and its reason; null: none';
COMMENT ON COLUMN wirewatch.meeting_timeline.old_participants IS 'previous participants; null: first state';
COMMENT ON COLUMN wirewatch.meeting_timeline.new_participants IS 'new participants';
COMMENT ON COLUMN wirewatch.meeting_timeline.mention_id IS 'the statement that proves it, as in reports';
COMMENT ON COLUMN wirewatch.meeting_timeline.article_id IS 'the article it is in';
COMMENT ON COLUMN wirewatch.meeting_timeline.language IS 'language of the sentence, ISO 639-1; und: not recognised';
COMMENT ON COLUMN wirewatch.meeting_timeline.reason IS 'the reason given for the change, in the words of the text; null: none';
COMMENT ON COLUMN wirewatch.meeting_timeline.initiator IS 'who called it off or moved it: per: a person, cty: a country; null: the text does not say';

CREATE OR REPLACE VIEW wirewatch.meeting_history AS
SELECT s.meeting_id,
       m.uid,
       s.number                         AS step,
       s.sequence,
       s.status,
       s.change,
       ARRAY(SELECT coalesce(d.en, p.who ->> 'name') FROM jsonb_array_elements(s.participants) WITH ORDINALITY p (who, number)
             LEFT JOIN store.person_name d ON d.person_id = p.who ->> 'id' ORDER BY p.number) AS participants,
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
       s.confidence,
       n.quote,
       a.url                            AS quote_url,
       s.recorded_at                    AS known_from,
       least((SELECT min(t.recorded_at) FROM store.meeting_version t
               WHERE t.meeting_id = s.meeting_id AND t.number > s.number),
             m.merged_at)               AS known_until
  FROM store.meeting_version s
  JOIN store.meeting m ON m.id = s.meeting_id
  LEFT JOIN store.meeting_mention n ON n.id = s.proof_mention_id
  LEFT JOIN store.article_version v ON v.id = n.version_id
  LEFT JOIN store.article a ON a.id = v.article_id;

COMMENT ON VIEW wirewatch.meeting_history IS
    'Every state of every meeting, with two kinds of time: date, earliest and latest give the day of the meeting; known_from and known_until give the time during which that was the known plan.';
COMMENT ON COLUMN wirewatch.meeting_history.meeting_id IS 'the meeting';
COMMENT ON COLUMN wirewatch.meeting_history.uid IS 'iCalendar UID';
COMMENT ON COLUMN wirewatch.meeting_history.step IS 'number of the state, from 1';
COMMENT ON COLUMN wirewatch.meeting_history.sequence IS 'number of alerted changes so far, as iCalendar counts them';
COMMENT ON COLUMN wirewatch.meeting_history.status IS 'scheduled, confirmed, uncertain, rescheduled, postponed, cancelled, denied, held';
COMMENT ON COLUMN wirewatch.meeting_history.change IS 'alerted change; null: none';
COMMENT ON COLUMN wirewatch.meeting_history.participants IS 'participants, each under the one name of today';
COMMENT ON COLUMN wirewatch.meeting_history.participant_ids IS 'ids of the participants: per: a person, off: an office, cty: a country';
COMMENT ON COLUMN wirewatch.meeting_history.countries IS 'countries of the parties, not of the place; ISO 3166-1 alpha-2 and EU, PS, TW';
COMMENT ON COLUMN wirewatch.meeting_history.format IS 'visit, talks, summit, meeting or call';
COMMENT ON COLUMN wirewatch.meeting_history.place IS 'planned place; null: not stated';
COMMENT ON COLUMN wirewatch.meeting_history.place_country IS 'country of the place, ISO 3166-1 alpha-2';
COMMENT ON COLUMN wirewatch.meeting_history.date IS 'planned date, EDTF in local time of the place; null: not stated';
COMMENT ON COLUMN wirewatch.meeting_history.earliest IS 'first possible day (valid time)';
COMMENT ON COLUMN wirewatch.meeting_history.latest IS 'last possible day (valid time)';
COMMENT ON COLUMN wirewatch.meeting_history.clock IS 'local time of day, HH:MM; null: not stated';
COMMENT ON COLUMN wirewatch.meeting_history.previous_dates IS 'dates that were given up, EDTF, oldest first';
COMMENT ON COLUMN wirewatch.meeting_history.flags IS 'at_risk, contested, attendance, first_seen_as_change, withdrawn, lapsed; empty: none';
COMMENT ON COLUMN wirewatch.meeting_history.confidence IS 'confidence in the status, 0 to 1';
COMMENT ON COLUMN wirewatch.meeting_history.quote IS 'the sentence that proves the status';
COMMENT ON COLUMN wirewatch.meeting_history.quote_url IS 'address of its page';
COMMENT ON COLUMN wirewatch.meeting_history.known_from IS 'start of the time it was our newest knowledge (transaction time), UTC';
COMMENT ON COLUMN wirewatch.meeting_history.known_until IS 'end of the time it was our newest knowledge, UTC; null: still current';

CREATE OR REPLACE VIEW wirewatch.upcoming_meetings AS
SELECT * FROM wirewatch.meetings
 WHERE status IN ('scheduled', 'confirmed', 'rescheduled', 'uncertain')
   AND NOT flags && ARRAY['lapsed', 'withdrawn']
   AND (latest IS NULL OR latest >= (wirewatch.clock() AT TIME ZONE 'UTC')::date);

COMMENT ON VIEW wirewatch.upcoming_meetings IS 'Meetings that are still planned: for today (UTC) or later, or without a stated day.';
COMMENT ON COLUMN wirewatch.upcoming_meetings.meeting_id IS 'the meeting';
COMMENT ON COLUMN wirewatch.upcoming_meetings.uid IS 'iCalendar UID';
COMMENT ON COLUMN wirewatch.upcoming_meetings.status IS 'status reported last: scheduled, confirmed, uncertain, rescheduled, postponed, cancelled, denied, held';
COMMENT ON COLUMN wirewatch.upcoming_meetings.event_status IS 'the status in the words of schema.org; null: it has none';
COMMENT ON COLUMN wirewatch.upcoming_meetings.participants IS 'participants, as named in the text';
COMMENT ON COLUMN wirewatch.upcoming_meetings.participant_ids IS 'ids of the participants: per: a person, off: an office, cty: a country';
COMMENT ON COLUMN wirewatch.upcoming_meetings.countries IS 'countries of the parties, not of the place; ISO 3166-1 alpha-2 and EU, PS, TW';
COMMENT ON COLUMN wirewatch.upcoming_meetings.format IS 'visit, talks, summit, meeting or call';
COMMENT ON COLUMN wirewatch.upcoming_meetings.place IS 'planned place; null: not stated';
COMMENT ON COLUMN wirewatch.upcoming_meetings.place_country IS 'country of the place, ISO 3166-1 alpha-2';
COMMENT ON COLUMN wirewatch.upcoming_meetings.date IS 'planned date, EDTF in local time of the place; null: not stated';
COMMENT ON COLUMN wirewatch.upcoming_meetings.earliest IS 'first possible day (valid time)';
COMMENT ON COLUMN wirewatch.upcoming_meetings.latest IS 'last possible day (valid time)';
COMMENT ON COLUMN wirewatch.upcoming_meetings.clock IS 'local time of day, HH:MM; null: not stated';
COMMENT ON COLUMN wirewatch.upcoming_meetings.previous_dates IS 'dates that were given up, EDTF, oldest first';
COMMENT ON COLUMN wirewatch.upcoming_meetings.flags IS 'at_risk, contested, attendance, first_seen_as_change, withdrawn, lapsed; empty: none';
COMMENT ON COLUMN wirewatch.upcoming_meetings.lapsed IS 'whether its day has passed and no source reported that it took place';
COMMENT ON COLUMN wirewatch.upcoming_meetings.sequence IS 'number of alerted changes so far, as iCalendar counts them';
COMMENT ON COLUMN wirewatch.upcoming_meetings.quote IS 'the sentence that proves the status';
COMMENT ON COLUMN wirewatch.upcoming_meetings.quote_url IS 'address of its page';
COMMENT ON COLUMN wirewatch.upcoming_meetings.reports IS 'number of articles that report it';
COMMENT ON COLUMN wirewatch.upcoming_meetings.witnesses IS 'number of independent witnesses among them';
COMMENT ON COLUMN wirewatch.upcoming_meetings.first_seen_at IS 'when it was first recorded, UTC';
COMMENT ON COLUMN wirewatch.upcoming_meetings.last_change_at IS 'when its state last changed, UTC';
COMMENT ON COLUMN wirewatch.upcoming_meetings.absent IS 'who will not attend although the meeting goes on';
COMMENT ON COLUMN wirewatch.upcoming_meetings.witnesses_for IS 'independent witnesses of the status when it was recorded';
COMMENT ON COLUMN wirewatch.upcoming_meetings.witnesses_against IS 'independent witnesses of another one, before it and since';
COMMENT ON COLUMN wirewatch.upcoming_meetings.held_on IS 'day it was held, EDTF; where no report names one, [..the day of the first report]; null: not held';
COMMENT ON COLUMN wirewatch.upcoming_meetings.first_published_at IS 'publication of the first report of it, UTC';
COMMENT ON COLUMN wirewatch.upcoming_meetings.last_published_at IS 'publication of the last report of it, UTC';
COMMENT ON COLUMN wirewatch.upcoming_meetings.people IS 'participants as JSON, in the order they were first named: person_id, name, country, office_id, role';
COMMENT ON COLUMN wirewatch.upcoming_meetings.moved IS 'whether it was planned for another day before';
COMMENT ON COLUMN wirewatch.upcoming_meetings.series IS 'series it belongs to, by its name in series.csv: g20, astana; null: none is named';
COMMENT ON COLUMN wirewatch.upcoming_meetings.series_number IS 'its own number: the fourth round, the 14th session; null: none is named';
