-- Links between reports and meetings: those in doubt, and the rulings by people.

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
  JOIN store.meeting_version s ON s.meeting_id = m.id
   AND NOT EXISTS (SELECT FROM store.meeting_version n WHERE n.meeting_id = s.meeting_id AND n.number > s.number)
 WHERE NOT EXISTS (SELECT FROM store.meeting_pin WHERE mention_id = p.mention_id);

COMMENT ON VIEW wirewatch.possible_links IS
    'Reports that may belong to another meeting, for a person to decide (`wirewatch meetings link` or `merge`): the fit is unsure, or the same people meet on another day and no source says that it moved (silent_reschedule).';
COMMENT ON COLUMN wirewatch.possible_links.mention_id IS 'number of the report (mention)';
COMMENT ON COLUMN wirewatch.possible_links.fit IS 'unsure, or silent_reschedule: another day, and no source says that it moved';
COMMENT ON COLUMN wirewatch.possible_links.score IS 'fit, 0 to 1';
COMMENT ON COLUMN wirewatch.possible_links.meeting_id IS 'the meeting that has the report now';
COMMENT ON COLUMN wirewatch.possible_links.maybe_meeting_id IS 'the meeting that may fit better';
COMMENT ON COLUMN wirewatch.possible_links.status IS 'status of the meeting according to the report';
COMMENT ON COLUMN wirewatch.possible_links.participants IS 'participants, as named in the text';
COMMENT ON COLUMN wirewatch.possible_links.countries IS 'countries of the parties, not of the place; ISO 3166-1 alpha-2 and EU, PS, TW';
COMMENT ON COLUMN wirewatch.possible_links.place IS 'planned place; null: not stated';
COMMENT ON COLUMN wirewatch.possible_links.date IS 'date in the report, EDTF';
COMMENT ON COLUMN wirewatch.possible_links.maybe_date IS 'its date, EDTF';
COMMENT ON COLUMN wirewatch.possible_links.maybe_status IS 'its status';
COMMENT ON COLUMN wirewatch.possible_links.quote IS 'the sentence';
COMMENT ON COLUMN wirewatch.possible_links.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.possible_links.published_at IS 'publication time stated by the text, UTC; if none is stated, when it was first seen';
COMMENT ON COLUMN wirewatch.possible_links.url IS 'address of the page';
COMMENT ON COLUMN wirewatch.possible_links.noted_at IS 'when it was noted, UTC';

CREATE OR REPLACE VIEW wirewatch.meeting_rulings AS
SELECT r.id AS ruling_id, r.verb, r.meeting_id, r.other_id, r.who, r.why, r.decided_at,
       ARRAY(SELECT p.mention_id FROM store.meeting_pin p WHERE p.ruling_id = r.id ORDER BY 1) AS mention_ids
  FROM store.meeting_ruling r;

COMMENT ON VIEW wirewatch.meeting_rulings IS
    'Rulings by people about meetings: merged, split, linked, unlinked, dismissed, restored; by whom, when and why. The newest ruling about a report applies, even after reprocessing and relinking.';
COMMENT ON COLUMN wirewatch.meeting_rulings.ruling_id IS 'the ruling';
COMMENT ON COLUMN wirewatch.meeting_rulings.verb IS 'merge, split, link, unlink, dismiss, restore';
COMMENT ON COLUMN wirewatch.meeting_rulings.meeting_id IS 'the meeting';
COMMENT ON COLUMN wirewatch.meeting_rulings.other_id IS 'the other meeting; null: none';
COMMENT ON COLUMN wirewatch.meeting_rulings.who IS 'who decided';
COMMENT ON COLUMN wirewatch.meeting_rulings.why IS 'the reason given';
COMMENT ON COLUMN wirewatch.meeting_rulings.decided_at IS 'when, UTC';
COMMENT ON COLUMN wirewatch.meeting_rulings.mention_ids IS 'numbers of the reports it places';
