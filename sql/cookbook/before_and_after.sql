-- What did an edited article say before and after?
-- Columns: url, version, first_seen_at, title, words
SELECT url, version, first_seen_at, title, array_length(regexp_split_to_array(trim(body), '\s+'), 1) AS words
  FROM article_history
 WHERE article_id IN (SELECT article_id FROM article_history WHERE version > 1 AND reprocessed_at IS NULL)
   AND reprocessed_at IS NULL
 ORDER BY url, version;
