-- What changed on each day?
-- Columns: day, at, what, change, about, old, new, outlet
SELECT (at AT TIME ZONE 'UTC')::date AS day, at, what, change, about, old, new, outlet
  FROM changes
 ORDER BY at;
