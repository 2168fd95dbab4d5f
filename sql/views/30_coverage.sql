-- Coverage: the order in which outlets reported; and all changes in one list.

CREATE OR REPLACE VIEW wirewatch.coverage AS
WITH reports AS (
    SELECT DISTINCT 'meeting' AS subject, e.meeting_id AS subject_id, v.article_id
      FROM store.meeting_evidence e
      JOIN store.meeting m ON m.id = e.meeting_id AND m.merged_into IS NULL AND NOT m.dismissed
      JOIN store.meeting_mention n ON n.id = e.mention_id
      JOIN store.article_version v ON v.id = n.version_id
     UNION
    SELECT 'story', s.story_id, w.article_id
      FROM store.story_member s
      JOIN store.wire_member n ON n.article_id = s.cluster_id
      JOIN store.wire_member w ON w.cluster_id = n.cluster_id)
SELECT r.subject,
       r.subject_id,
       f.outlet,
       min(f.country)                   AS outlet_country,
       rank() OVER (PARTITION BY r.subject, r.subject_id ORDER BY min(v.published_at)) AS place,
       min(v.published_at)              AS first_published_at,
       min(v.published_at) - min(min(v.published_at)) OVER (PARTITION BY r.subject, r.subject_id) AS behind_first,
       max(v.published_at)              AS last_published_at,
       count(*)                         AS articles,
       count(DISTINCT w.cluster_id)     AS dispatches,
       array_agg(DISTINCT v.language)   AS languages,
       (array_agg(v.title ORDER BY v.published_at, a.id))[1] AS first_title,
       (array_agg(a.url ORDER BY v.published_at, a.id))[1] AS first_url
  FROM reports r
  JOIN store.article a ON a.id = r.article_id
  JOIN store.article_version v ON v.article_id = a.id AND v.number = 1
  JOIN store.feed f ON f.id = a.feed_id
  LEFT JOIN store.wire_member w ON w.article_id = a.id
 GROUP BY r.subject, r.subject_id, f.outlet;

COMMENT ON VIEW wirewatch.coverage IS
    'One row per outlet and meeting, or outlet and story: when it first reported, how long after the first outlet, and with how many articles.';
COMMENT ON COLUMN wirewatch.coverage.subject IS 'meeting or story';
COMMENT ON COLUMN wirewatch.coverage.subject_id IS 'its meeting_id or story_id';
COMMENT ON COLUMN wirewatch.coverage.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.coverage.outlet_country IS 'country of the outlet, ISO 3166-1 alpha-2';
COMMENT ON COLUMN wirewatch.coverage.place IS '1 for the first outlet, 2 for the next, …';
COMMENT ON COLUMN wirewatch.coverage.first_published_at IS 'time of its first article, UTC';
COMMENT ON COLUMN wirewatch.coverage.behind_first IS 'time after the very first article';
COMMENT ON COLUMN wirewatch.coverage.last_published_at IS 'time of its last article, UTC';
COMMENT ON COLUMN wirewatch.coverage.articles IS 'number of its articles';
COMMENT ON COLUMN wirewatch.coverage.dispatches IS 'number of different texts among them';
COMMENT ON COLUMN wirewatch.coverage.languages IS 'languages it wrote in, ISO 639-1';
COMMENT ON COLUMN wirewatch.coverage.first_title IS 'headline of its first article';
COMMENT ON COLUMN wirewatch.coverage.first_url IS 'address of its first article';

CREATE OR REPLACE VIEW wirewatch.changes AS
SELECT t.recorded_at                    AS at,
       'meeting'                        AS what,
       coalesce(t.change, CASE WHEN t.step = 1 THEN 'new' ELSE 'detail' END) AS change,
       t.meeting_id,
       NULL::bigint                     AS article_id,
       array_to_string(t.new_participants, ', ') AS about,
       t.old_date                       AS old,
       t.new_date                       AS new,
       t.status,
       t.quote,
       t.outlet,
       t.url
  FROM wirewatch.meeting_timeline t
  JOIN store.meeting m ON m.id = t.meeting_id AND m.merged_into IS NULL AND NOT m.dismissed
 UNION ALL
SELECT c.changed_at, 'edit', coalesce(nullif(array_to_string(c.facts, ', '), ''), c.marker), NULL, c.article_id,
       c.title, c.old_text, c.new_text, NULL, c.marker_text, c.outlet, c.url
  FROM wirewatch.article_changes c
 WHERE c.change = 'fact' OR (c.change = 'marker' AND c.marker IN ('correction', 'withdrawal'))
 UNION ALL
SELECT w.withdrawn_at, 'withdrawal', w.reason, NULL, w.article_id, w.title, NULL, NULL, NULL, NULL, w.outlet, w.url
  FROM wirewatch.withdrawals w;

COMMENT ON VIEW wirewatch.changes IS
    'All changes in one list: a meeting that is new or changed (old and new: its date), an edit that changed a fact or is a correction (old and new: the sentence), a page that disappeared.';
COMMENT ON COLUMN wirewatch.changes.at IS 'when it was recorded, UTC';
COMMENT ON COLUMN wirewatch.changes.what IS 'meeting, edit or withdrawal';
COMMENT ON COLUMN wirewatch.changes.change IS 'for a meeting: new, detail, or the alerted change; for an edit: the facts that differ, correction or withdrawal; for a page: why it counts as gone';
COMMENT ON COLUMN wirewatch.changes.meeting_id IS 'the meeting; null: no meeting changed';
COMMENT ON COLUMN wirewatch.changes.article_id IS 'the article; null: a meeting changed';
COMMENT ON COLUMN wirewatch.changes.about IS 'participants of the meeting, or headline';
COMMENT ON COLUMN wirewatch.changes.old IS 'previous date (EDTF), or previous sentence';
COMMENT ON COLUMN wirewatch.changes.new IS 'new date (EDTF), or new sentence';
COMMENT ON COLUMN wirewatch.changes.status IS 'new status of the meeting';
COMMENT ON COLUMN wirewatch.changes.quote IS 'the sentence that proves it, or the outlet''s own marker';
COMMENT ON COLUMN wirewatch.changes.outlet IS 'outlet that said it';
COMMENT ON COLUMN wirewatch.changes.url IS 'address of the page';

CREATE OR REPLACE VIEW wirewatch.changes_today AS
SELECT * FROM wirewatch.changes WHERE at >= date_trunc('day', wirewatch.clock(), 'UTC');

COMMENT ON VIEW wirewatch.changes_today IS 'Changes since midnight UTC.';
COMMENT ON COLUMN wirewatch.changes_today.at IS 'when it was recorded, UTC';
COMMENT ON COLUMN wirewatch.changes_today.what IS 'meeting, edit or withdrawal';
COMMENT ON COLUMN wirewatch.changes_today.change IS 'for a meeting: new, detail, or the alerted change; for an edit: the facts that differ, correction or withdrawal; for a page: why it counts as gone';
COMMENT ON COLUMN wirewatch.changes_today.meeting_id IS 'the meeting; null: no meeting changed';
COMMENT ON COLUMN wirewatch.changes_today.article_id IS 'the article; null: a meeting changed';
COMMENT ON COLUMN wirewatch.changes_today.about IS 'participants of the meeting, or headline';
COMMENT ON COLUMN wirewatch.changes_today.old IS 'previous date (EDTF), or previous sentence';
COMMENT ON COLUMN wirewatch.changes_today.new IS 'new date (EDTF), or new sentence';
COMMENT ON COLUMN wirewatch.changes_today.status IS 'new status of the meeting';
COMMENT ON COLUMN wirewatch.changes_today.quote IS 'the sentence that proves it, or the outlet''s own marker';
COMMENT ON COLUMN wirewatch.changes_today.outlet IS 'outlet that said it';
COMMENT ON COLUMN wirewatch.changes_today.url IS 'address of the page';
