-- Which dispatches were copied most, and how fast did they spread?
-- Columns: lead_title, lead_outlet, articles, outlets, spread
WITH most_copied AS (
    SELECT dispatch_id, articles, outlets, spread
      FROM dispatches
     WHERE articles > 1
     ORDER BY articles DESC, spread
     LIMIT 20)
SELECT c.title AS lead_title, c.outlet AS lead_outlet, m.articles, m.outlets, m.spread
  FROM most_copied m
  LEFT JOIN copies c ON c.dispatch_id = m.dispatch_id AND c.kind = 'lead'
 ORDER BY m.articles DESC, m.spread;
