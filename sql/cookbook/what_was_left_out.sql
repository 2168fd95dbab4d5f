-- What was discarded, and why?
-- Columns: stage, reason, times, things, an_example
SELECT stage, reason, times, things, an_example
  FROM outcomes
 ORDER BY times DESC;
