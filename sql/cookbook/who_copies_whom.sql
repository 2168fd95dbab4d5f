-- Which outlet copies which other one, how often, and how many minutes later?
-- Columns: lead_outlet, outlet, copies, median_minutes
WITH all_copies AS (
    SELECT outlet, kind, published_at,
           max(outlet) FILTER (WHERE kind = 'lead') OVER dispatch AS lead_outlet,
           max(published_at) FILTER (WHERE kind = 'lead') OVER dispatch AS lead_published_at
      FROM copies
    WINDOW dispatch AS (PARTITION BY dispatch_id))
SELECT lead_outlet, outlet, count(*) AS copies,
       round(extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY published_at - lead_published_at))
             / 60)::int AS median_minutes
  FROM all_copies
 WHERE kind <> 'lead' AND outlet <> lead_outlet
 GROUP BY lead_outlet, outlet
 ORDER BY copies DESC, median_minutes;
