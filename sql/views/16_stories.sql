-- Stories: dispatches about one event, written independently of each other.

CREATE OR REPLACE VIEW wirewatch.stories AS
WITH reports AS (
    SELECT DISTINCT m.story_id, n.cluster_id
      FROM store.story_member m JOIN store.wire_member n ON n.article_id = m.cluster_id)
SELECT s.id                             AS story_id,
       v.title,
       a.url,
       s.started_at,
       s.last_at,
       count(DISTINCT r.cluster_id)     AS dispatches,
       count(DISTINCT w.article_id)     AS articles,
       count(DISTINCT f.outlet)         AS outlets,
       array_agg(DISTINCT t.language)   AS languages,
       array_agg(DISTINCT r.cluster_id) AS dispatch_ids
  FROM store.story s
  JOIN store.article a ON a.id = s.id
  JOIN store.article_version v ON v.article_id = a.id AND v.number = 1
  JOIN reports r ON r.story_id = s.id
  JOIN store.wire_member w ON w.cluster_id = r.cluster_id
  JOIN store.article_version t ON t.id = w.version_id
  JOIN store.article c ON c.id = w.article_id
  JOIN store.feed f ON f.id = c.feed_id
 GROUP BY s.id, v.title, a.url, s.started_at, s.last_at;

COMMENT ON VIEW wirewatch.stories IS
    'One row per event: the dispatches about it, which are different texts and different witnesses.';

CREATE OR REPLACE VIEW wirewatch.related_stories AS
SELECT DISTINCT one.story_id, other.story_id AS other_story_id, e.meeting_id
  FROM store.meeting_evidence e
  JOIN store.meeting_mention m ON m.id = e.mention_id
  JOIN store.article_version v ON v.id = m.version_id
  JOIN wirewatch.articles one ON one.article_id = v.article_id
  JOIN store.meeting_evidence e2 ON e2.meeting_id = e.meeting_id
  JOIN store.meeting_mention m2 ON m2.id = e2.mention_id
  JOIN store.article_version v2 ON v2.id = m2.version_id
  JOIN wirewatch.articles other ON other.article_id = v2.article_id
 WHERE one.story_id <> other.story_id;

COMMENT ON VIEW wirewatch.related_stories IS
    'Stories that tell of one meeting, in whatever language: people, countries and dates agree there.';
