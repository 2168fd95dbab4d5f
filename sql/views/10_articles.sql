-- Articles as they stand today, and every text they have had.

CREATE OR REPLACE VIEW wirewatch.articles AS
SELECT a.id                AS article_id,
       v.id                AS version_id,
       v.number            AS versions,
       f.outlet,
       f.country           AS outlet_country,
       v.language,
       v.published_at,
       v.published_source,
       v.published_precision,
       v.published_offset,
       v.modified_at,
       v.title,
       v.kicker,
       v.body,
       v.byline,
       v.section,
       v.agency,
       v.dateline_place,
       v.dateline_day,
       v.kind,
       v.text_source,
       a.url,
       a.first_seen_at,
       v.last_seen_at,
       w.cluster_id        AS dispatch_id,
       s.story_id,
       w.kind              AS copy_kind,
       ARRAY(SELECT DISTINCT t.topic FROM store.topic_tag t WHERE t.version_id = v.id ORDER BY t.topic) AS topics,
       v.developing,
       (SELECT withdrawn_at FROM store.withdrawal g
         WHERE g.article_id = a.id AND g.restored_at IS NULL) AS withdrawn_at
  FROM store.article a
  JOIN LATERAL (SELECT * FROM store.article_version
                 WHERE article_id = a.id ORDER BY number DESC LIMIT 1) v ON true
  JOIN store.feed f ON f.id = a.feed_id
  LEFT JOIN store.wire_member w ON w.article_id = a.id
  LEFT JOIN LATERAL (SELECT min(m.story_id) AS story_id
                       FROM store.story_member m JOIN store.wire_member n ON n.article_id = m.cluster_id
                      WHERE n.cluster_id = w.cluster_id) s ON true;

COMMENT ON VIEW wirewatch.articles IS
    'One row per article, with its newest text. withdrawn_at: since when its page is gone. Times are UTC.';

CREATE OR REPLACE VIEW wirewatch.article_history AS
SELECT a.id AS article_id, v.id AS version_id, v.number AS version, f.outlet, v.title, v.body, v.published_at,
       v.first_seen_at, v.last_seen_at, v.extractor, a.url
  FROM store.article_version v
  JOIN store.article a ON a.id = v.article_id
  JOIN store.feed f ON f.id = a.feed_id;

COMMENT ON VIEW wirewatch.article_history IS
    'Every text every article has had; a new row for each change of the text, never of the page around it.';

CREATE OR REPLACE VIEW wirewatch.topics AS
SELECT t.topic, t.score, a.id AS article_id, v.id AS version_id, f.outlet, v.language, v.published_at, v.title, a.url,
       t.rules_version
  FROM store.topic_tag t
  JOIN store.article_version v ON v.id = t.version_id
  JOIN store.article a ON a.id = v.article_id
  JOIN store.feed f ON f.id = a.feed_id;

COMMENT ON VIEW wirewatch.topics IS 'One row per topic and article version.';

CREATE OR REPLACE VIEW wirewatch.withdrawals AS
SELECT g.article_id, f.outlet, v.title, a.url, v.published_at, g.withdrawn_at, g.reason, g.restored_at
  FROM store.withdrawal g
  JOIN store.article a ON a.id = g.article_id
  JOIN store.feed f ON f.id = a.feed_id
  LEFT JOIN LATERAL (SELECT title, published_at FROM store.article_version
                      WHERE article_id = a.id ORDER BY number DESC LIMIT 1) v ON true;

COMMENT ON VIEW wirewatch.withdrawals IS
    'Pages that vanished (404 twice, 410, or sent home), since when, and whether they came back. Their texts stay.';

CREATE OR REPLACE VIEW wirewatch.looks AS
SELECT l.looked_at, l.stage, l.outcome, l.status, l.bytes, l.elapsed_ms, f.outlet, a.url, l.article_id, l.page_id, l.detail
  FROM store.look l
  JOIN store.article a ON a.id = l.article_id
  JOIN store.feed f ON f.id = a.feed_id;

COMMENT ON VIEW wirewatch.looks IS 'Every time a page was asked for, and what came of it.';

CREATE OR REPLACE VIEW wirewatch.live_posts AS
SELECT a.id AS article_id, v.id AS version_id, f.outlet, p.number, (p.post ->> 2)::timestamptz AS posted_at,
       p.post ->> 3 AS headline,
       substr(v.body, (p.post ->> 0)::int + 1, (p.post ->> 1)::int - (p.post ->> 0)::int) AS body,
       a.url
  FROM store.article a
  JOIN LATERAL (SELECT * FROM store.article_version
                 WHERE article_id = a.id ORDER BY number DESC LIMIT 1) v ON true
  JOIN store.feed f ON f.id = a.feed_id
  CROSS JOIN LATERAL jsonb_array_elements(v.posts) WITH ORDINALITY AS p (post, number);

COMMENT ON VIEW wirewatch.live_posts IS 'One row per post of a live blog as it stands today, newest first as published.';
