-- Which outlet copies which other one, how often, and how many minutes later?
-- Columns: lead_outlet, outlet, copies, median_minutes
SELECT s.lead_outlet, c.outlet, count(*) AS copies,
       round(extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY c.published_at - s.lead_published_at))
             / 60)::int AS median_minutes
  FROM dispatches s
  JOIN copies c USING (dispatch_id)
 WHERE c.kind <> 'lead' AND c.outlet <> s.lead_outlet
 GROUP BY s.lead_outlet, c.outlet
 ORDER BY copies DESC, median_minutes;
