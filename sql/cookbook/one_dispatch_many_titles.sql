-- Under which titles did the most copied dispatch appear?
-- Columns: published_at, outlet, kind, title
SELECT published_at, outlet, kind, title
  FROM copies
 WHERE dispatch_id = (SELECT dispatch_id FROM dispatches ORDER BY articles DESC, dispatch_id LIMIT 1)
 ORDER BY published_at, outlet;
