-- How long after its publication did each alert go out?
-- Columns: created_at, change, outlet, latency
SELECT al.created_at, al.change, al.outlet,
       -- One look-up per alert: a join may read every article there is.
       al.created_at - (SELECT a.published_at FROM articles a WHERE a.url = al.url) AS latency
  FROM alerts al
 ORDER BY al.created_at;
