-- What did outlets themselves correct, update or withdraw?
-- Columns: changed_at, outlet, marker, marker_text, facts_changed, title, url
SELECT DISTINCT changed_at, outlet, marker, marker_text, facts_changed, title, url
  FROM article_changes
 WHERE marker IS NOT NULL
 ORDER BY changed_at DESC;
