-- What the pages show that no other view has: every report of a meeting, who takes part in what office, deliveries.

CREATE OR REPLACE VIEW wirewatch.meeting_reports AS
SELECT e.meeting_id,
       n.id                             AS mention_id,
       v.article_id,
       n.version_id,
       v.number                         AS version,
       n.status,
       n.edtf                           AS date,
       n.earliest,
       n.latest,
       n.previous_edtf                  AS previous_date,
       n.place_name                     AS place,
       n.quote,
       n.quote_field,
       n.quote_start,
       n.quote_end,
       n.attribution,
       n.rules,
       v.language,
       f.outlet,
       f.country                        AS outlet_country,
       f.zone                           AS outlet_zone,
       v.published_at,
       v.first_seen_at,
       v.title,
       a.url,
       coalesce(w.cluster_id, -v.article_id) AS dispatch_id,
       w.kind                           AS copy_kind,
       (SELECT CASE WHEN g.version_id = w.version_id THEN g.of_other ELSE g.of_version END
          FROM store.wire_edge g
         WHERE (g.version_id, g.other_version_id) IN ((w.version_id, w.matched_version_id),
                                                      (w.matched_version_id, w.version_id))
         LIMIT 1)                       AS share,
       v.number = (SELECT max(number) FROM store.article_version WHERE article_id = v.article_id)
           AND NOT EXISTS (SELECT FROM store.withdrawal g
                            WHERE g.article_id = v.article_id AND g.restored_at IS NULL) AS stands,
       EXISTS (SELECT FROM store.meeting_pin p WHERE p.mention_id = n.id) AS by_hand
  FROM store.meeting_evidence e
  JOIN store.meeting_mention n ON n.id = e.mention_id
  JOIN store.article_version v ON v.id = n.version_id
  JOIN store.article a ON a.id = v.article_id
  JOIN store.feed f ON f.id = a.feed_id
  LEFT JOIN store.wire_member w ON w.article_id = v.article_id;

COMMENT ON VIEW wirewatch.meeting_reports IS
    'One row per statement about a meeting: what it says, in whose sentence, whose copy it is, and whether its article still says so.';
COMMENT ON COLUMN wirewatch.meeting_reports.meeting_id IS 'the meeting it is counted to';
COMMENT ON COLUMN wirewatch.meeting_reports.mention_id IS 'number of the statement, as `wirewatch meetings split` takes it';
COMMENT ON COLUMN wirewatch.meeting_reports.article_id IS 'the article, whatever addresses its page has';
COMMENT ON COLUMN wirewatch.meeting_reports.version_id IS 'the text that contains it';
COMMENT ON COLUMN wirewatch.meeting_reports.version IS 'number of the text within the article, from 1';
COMMENT ON COLUMN wirewatch.meeting_reports.status IS 'what it says: scheduled, confirmed, uncertain, postponed, rescheduled, cancelled, denied, held';
COMMENT ON COLUMN wirewatch.meeting_reports.date IS 'day it names, EDTF; null: none';
COMMENT ON COLUMN wirewatch.meeting_reports.earliest IS 'first day it may mean';
COMMENT ON COLUMN wirewatch.meeting_reports.latest IS 'last day it may mean';
COMMENT ON COLUMN wirewatch.meeting_reports.previous_date IS 'day it says the meeting was moved from, EDTF';
COMMENT ON COLUMN wirewatch.meeting_reports.place IS 'place it names, in English; null: none';
COMMENT ON COLUMN wirewatch.meeting_reports.quote IS 'the sentence';
COMMENT ON COLUMN wirewatch.meeting_reports.quote_field IS 'title or body';
COMMENT ON COLUMN wirewatch.meeting_reports.quote_start IS 'where the sentence begins in that field, in code points';
COMMENT ON COLUMN wirewatch.meeting_reports.quote_end IS 'where it ends';
COMMENT ON COLUMN wirewatch.meeting_reports.attribution IS 'who says so, as far as the text tells; empty: it does not';
COMMENT ON COLUMN wirewatch.meeting_reports.rules IS 'ids of the rules that read it';
COMMENT ON COLUMN wirewatch.meeting_reports.language IS 'language of the text, ISO 639-1; und: not recognised';
COMMENT ON COLUMN wirewatch.meeting_reports.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.meeting_reports.outlet_country IS 'country of the outlet, ISO 3166-1 alpha-2';
COMMENT ON COLUMN wirewatch.meeting_reports.outlet_zone IS 'time zone of the outlet, as Europe/Istanbul';
COMMENT ON COLUMN wirewatch.meeting_reports.published_at IS 'when the text says that it was published, UTC; where it does not say, when it was first seen';
COMMENT ON COLUMN wirewatch.meeting_reports.first_seen_at IS 'when we first read the text, UTC';
COMMENT ON COLUMN wirewatch.meeting_reports.title IS 'headline';
COMMENT ON COLUMN wirewatch.meeting_reports.url IS 'address of the page';
COMMENT ON COLUMN wirewatch.meeting_reports.dispatch_id IS 'the dispatch it is a copy of, or the only text of; negative: not linked yet';
COMMENT ON COLUMN wirewatch.meeting_reports.copy_kind IS 'what its text is to the lead of the dispatch: lead, exact, near, shortened, extended, embedded';
COMMENT ON COLUMN wirewatch.meeting_reports.share IS 'share of the text it came from that is found in it, 0 to 1; null: it is the first';
COMMENT ON COLUMN wirewatch.meeting_reports.stands IS 'false: the article was corrected since, or its page is gone';
COMMENT ON COLUMN wirewatch.meeting_reports.by_hand IS 'true: a person put it where it is';

CREATE OR REPLACE VIEW wirewatch.meeting_people AS
SELECT m.id                             AS meeting_id, -- not s.meeting_id: a filter on it would not reach m
       p.number::int                    AS number,
       p.who ->> 'id'                   AS person_id,
       coalesce(d.en, p.who ->> 'name') AS name,
       p.who ->> 'country'              AS country,
       p.who ->> 'office'               AS office_id,
       p.who ->> 'role'                 AS role,
       d.ru                             AS name_ru,
       d.tr                             AS name_tr
  FROM store.meeting m
  JOIN store.meeting_version s ON s.meeting_id = m.id
   AND NOT EXISTS (SELECT FROM store.meeting_version n WHERE n.meeting_id = s.meeting_id AND n.number > s.number)
  CROSS JOIN LATERAL jsonb_array_elements(s.participants) WITH ORDINALITY AS p (who, number)
  LEFT JOIN store.person_name d ON d.person_id = p.who ->> 'id'
 WHERE m.merged_into IS NULL;

COMMENT ON VIEW wirewatch.meeting_people IS 'One row per meeting and participant in its current state: the person, in what office, as visitor, host or party.';
COMMENT ON COLUMN wirewatch.meeting_people.meeting_id IS 'the meeting';
COMMENT ON COLUMN wirewatch.meeting_people.number IS 'order in which they were first named, from 1';
COMMENT ON COLUMN wirewatch.meeting_people.person_id IS 'per:… of a person, off:… of an office without a named holder, cty:… of a country';
COMMENT ON COLUMN wirewatch.meeting_people.name IS 'the one name to show in English, as in English news where any has it';
COMMENT ON COLUMN wirewatch.meeting_people.country IS 'side, ISO 3166-1 alpha-2, plus EU, PS, TW';
COMMENT ON COLUMN wirewatch.meeting_people.office_id IS 'office held, such as off:TR.FM; null: not known';
COMMENT ON COLUMN wirewatch.meeting_people.role IS 'visitor, host, counterpart or party';
COMMENT ON COLUMN wirewatch.meeting_people.name_ru IS 'name to show in Russian; null: an office or a country';
COMMENT ON COLUMN wirewatch.meeting_people.name_tr IS 'name to show in Turkish; null: an office or a country';

CREATE OR REPLACE VIEW wirewatch.meeting_marks AS
SELECT m.id AS meeting_id, m.uid, m.merged_into, m.merged_at, m.dismissed,
       (SELECT r.who || ': ' || r.why FROM store.meeting_ruling r
         WHERE r.meeting_id = m.id AND r.verb = 'dismiss' ORDER BY r.id DESC LIMIT 1) AS dismissed_because,
       s.format, s.place_is_city
  FROM store.meeting m
  JOIN store.meeting_version s ON s.meeting_id = m.id
   AND NOT EXISTS (SELECT FROM store.meeting_version n WHERE n.meeting_id = s.meeting_id AND n.number > s.number);

COMMENT ON VIEW wirewatch.meeting_marks IS 'Every meeting there ever was, also those that were merged into another or dismissed: where an old link leads.';
COMMENT ON COLUMN wirewatch.meeting_marks.meeting_id IS 'the meeting';
COMMENT ON COLUMN wirewatch.meeting_marks.uid IS 'its UID in calendars';
COMMENT ON COLUMN wirewatch.meeting_marks.merged_into IS 'the meeting it was merged into; null: it was not';
COMMENT ON COLUMN wirewatch.meeting_marks.merged_at IS 'when, UTC';
COMMENT ON COLUMN wirewatch.meeting_marks.dismissed IS 'true: a person said that this is no meeting';
COMMENT ON COLUMN wirewatch.meeting_marks.dismissed_because IS 'who said so last, and why';
COMMENT ON COLUMN wirewatch.meeting_marks.format IS 'visit, talks, summit, meeting or call';
COMMENT ON COLUMN wirewatch.meeting_marks.place_is_city IS 'false: only the country is known';
