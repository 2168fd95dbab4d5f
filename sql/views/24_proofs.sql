-- The proof of every fact of a meeting: the sentence, the text it is in, who published it and when.

CREATE OR REPLACE VIEW wirewatch.meeting_proofs AS
WITH facts AS (
    SELECT s.*, p.key AS name, p.value::bigint AS mention_id
      FROM store.meeting m
      JOIN LATERAL (SELECT * FROM store.meeting_version
                     WHERE meeting_id = m.id ORDER BY number DESC LIMIT 1) s ON true
     CROSS JOIN LATERAL (SELECT * FROM jsonb_each_text(s.proofs)
                          UNION ALL SELECT 'status', s.proof_mention_id::text) p
     WHERE m.merged_into IS NULL AND NOT m.dismissed)
SELECT f.meeting_id,
       CASE WHEN f.name LIKE 'absent %' THEN 'absent'
            WHEN f.name ~ '^(per|off|cty):' THEN 'participant'
            ELSE f.name END             AS fact,
       CASE f.name WHEN 'status' THEN f.status
                   WHEN 'date' THEN coalesce(f.edtf, f.previous -> -1 ->> 'edtf')
                   WHEN 'place' THEN f.place_name
                   ELSE coalesce((SELECT coalesce(d.en, p ->> 'name')
                                    FROM jsonb_array_elements(f.participants || f.absent) p
                                    LEFT JOIN store.person_name d ON d.person_id = p ->> 'id'
                                   WHERE p ->> 'id' = ltrim(substring(f.name FROM '[^ ]+$'))
                                   LIMIT 1), f.name) END AS value,
       substring(f.name FROM '(?:per|off|cty):.*$') AS person_id,
       CASE WHEN place.field IS NULL THEN n.quote
            ELSE substr(CASE place.field WHEN 'title' THEN v.title ELSE v.body END,
                        place.starts + 1, place.ends - place.starts) END AS quote,
       coalesce(place.field, n.quote_field) AS quote_field,
       coalesce(place.starts, n.quote_start) AS quote_start,
       coalesce(place.ends, n.quote_end) AS quote_end,
       feed.outlet,
       nullif(n.attribution, '')        AS said_by,
       v.published_at,
       v.first_seen_at                  AS seen_at,
       v.number                         AS version,
       v.id                             AS version_id,
       a.id                             AS article_id,
       a.url,
       n.id                             AS mention_id
  FROM facts f
  JOIN store.meeting_mention n ON n.id = f.mention_id
  JOIN store.article_version v ON v.id = n.version_id
 CROSS JOIN LATERAL (SELECT n.stated -> f.name ->> 0 AS field,
                            (n.stated -> f.name ->> 1)::integer AS starts,
                            (n.stated -> f.name ->> 2)::integer AS ends) place
  JOIN store.article a ON a.id = v.article_id
  JOIN store.feed feed ON feed.id = a.feed_id;

COMMENT ON VIEW wirewatch.meeting_proofs IS
    'One row per fact of the current state of a meeting, with the report that proves it: the status, the day, the place, each participant, and who stays away. The sentence is the one that states the fact.';
COMMENT ON COLUMN wirewatch.meeting_proofs.meeting_id IS 'the meeting';
COMMENT ON COLUMN wirewatch.meeting_proofs.fact IS 'status, date, place, participant, absent, or a flag such as at_risk';
COMMENT ON COLUMN wirewatch.meeting_proofs.value IS 'what is proved: a status, a day (EDTF), a place, a name; for a cancelled meeting, the day it was planned for';
COMMENT ON COLUMN wirewatch.meeting_proofs.person_id IS 'of a participant: per: a person, off: an office, cty: a country';
COMMENT ON COLUMN wirewatch.meeting_proofs.quote IS 'the sentence';
COMMENT ON COLUMN wirewatch.meeting_proofs.quote_field IS 'title or body';
COMMENT ON COLUMN wirewatch.meeting_proofs.quote_start IS 'where it begins there, in characters';
COMMENT ON COLUMN wirewatch.meeting_proofs.quote_end IS 'where it ends';
COMMENT ON COLUMN wirewatch.meeting_proofs.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.meeting_proofs.said_by IS 'whom the text names as the source; null: no source named';
COMMENT ON COLUMN wirewatch.meeting_proofs.published_at IS 'when the text was published, UTC';
COMMENT ON COLUMN wirewatch.meeting_proofs.seen_at IS 'when it was first seen, UTC';
COMMENT ON COLUMN wirewatch.meeting_proofs.version IS 'number of the text within its article';
COMMENT ON COLUMN wirewatch.meeting_proofs.version_id IS 'the text';
COMMENT ON COLUMN wirewatch.meeting_proofs.article_id IS 'the article';
COMMENT ON COLUMN wirewatch.meeting_proofs.url IS 'address of the page';
COMMENT ON COLUMN wirewatch.meeting_proofs.mention_id IS 'the report';
