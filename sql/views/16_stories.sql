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
       array_agg(DISTINCT r.cluster_id) AS dispatch_ids,
       array_agg(DISTINCT f.outlet)     AS outlet_names,
       array_agg(DISTINCT o.agency) FILTER (WHERE o.agency IS NOT NULL) AS origins,
       max(t.published_at) - min(t.published_at) AS spread
  FROM store.story s
  JOIN store.article a ON a.id = s.id
  JOIN store.article_version v ON v.article_id = a.id AND v.number = 1
  JOIN reports r ON r.story_id = s.id
  JOIN store.wire_member w ON w.cluster_id = r.cluster_id
  JOIN store.article_version t ON t.id = w.version_id
  JOIN store.article c ON c.id = w.article_id
  JOIN store.feed f ON f.id = c.feed_id
  LEFT JOIN store.wire_origin o ON o.version_id = w.version_id AND o.role = 'origin'
 GROUP BY s.id, v.title, a.url, s.started_at, s.last_at;

COMMENT ON VIEW wirewatch.stories IS
    'One row per event: the dispatches about it, which are different texts and different witnesses.';
COMMENT ON COLUMN wirewatch.stories.story_id IS 'the story';
COMMENT ON COLUMN wirewatch.stories.title IS 'headline of its first report';
COMMENT ON COLUMN wirewatch.stories.url IS 'its address';
COMMENT ON COLUMN wirewatch.stories.started_at IS 'when it was published, UTC';
COMMENT ON COLUMN wirewatch.stories.last_at IS 'when the last report was published, UTC';
COMMENT ON COLUMN wirewatch.stories.dispatches IS 'number of dispatches';
COMMENT ON COLUMN wirewatch.stories.articles IS 'number of articles, including copies';
COMMENT ON COLUMN wirewatch.stories.outlets IS 'number of outlets';
COMMENT ON COLUMN wirewatch.stories.languages IS 'languages of the articles, ISO 639-1';
COMMENT ON COLUMN wirewatch.stories.dispatch_ids IS 'its dispatches';
COMMENT ON COLUMN wirewatch.stories.outlet_names IS 'the outlets';
COMMENT ON COLUMN wirewatch.stories.origins IS 'agencies of origin of its dispatches; null: none known';
COMMENT ON COLUMN wirewatch.stories.spread IS 'time between its first and its last article';

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
    'Pairs of stories that report one meeting, in any language: people, countries and dates agree.';
COMMENT ON COLUMN wirewatch.related_stories.story_id IS 'the story';
COMMENT ON COLUMN wirewatch.related_stories.other_story_id IS 'the other story';
COMMENT ON COLUMN wirewatch.related_stories.meeting_id IS 'the meeting that both report';
