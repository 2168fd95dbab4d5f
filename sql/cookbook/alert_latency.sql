-- How long after its publication did each alert go out?
-- Columns: created_at, change, outlet, latency
SELECT al.created_at, al.change, al.outlet, al.created_at - a.published_at AS latency
  FROM alerts al
  LEFT JOIN articles a USING (url)
 ORDER BY al.created_at;
