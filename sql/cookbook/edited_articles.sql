-- Which articles were edited after they appeared?
-- Columns: outlet, title, versions, first_seen_at, last_seen_at, url
SELECT outlet, title, versions, first_seen_at, last_seen_at, url
  FROM articles
 WHERE article_id IN (SELECT article_id FROM article_history WHERE version > 1 AND reprocessed_at IS NULL)
 ORDER BY versions DESC, last_seen_at DESC;
