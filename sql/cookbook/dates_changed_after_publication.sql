-- Which edits changed a date after publication?
-- Columns: changed_at, lag, outlet, marker, old_text, new_text, url
SELECT changed_at, lag, outlet, marker, old_text, new_text, url
  FROM article_changes
 WHERE 'date' = ANY (facts)
 ORDER BY changed_at DESC;
