-- Which dispatches were copied most, and how fast did they spread?
-- Columns: lead_title, lead_outlet, articles, outlets, spread
SELECT lead_title, lead_outlet, articles, outlets, spread
  FROM dispatches
 WHERE articles > 1
 ORDER BY articles DESC, spread
 LIMIT 20;
