-- Which outlet copies which, how often, and how fast?
-- Columns: lead_outlet, outlet, copies, median_delay
SELECT s.lead_outlet, c.outlet, count(*) AS copies,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY c.published_at - s.lead_published_at) AS median_delay
  FROM dispatches s
  JOIN copies c USING (dispatch_id)
 WHERE c.kind <> 'lead'
 GROUP BY s.lead_outlet, c.outlet
 ORDER BY copies DESC, median_delay;
