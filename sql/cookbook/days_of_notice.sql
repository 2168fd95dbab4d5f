-- How many days before the planned day was a meeting called off or moved, by pair of countries?
-- Columns: countries, change, changes, median_days
SELECT m.countries, t.change, count(*) AS changes,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY planned.earliest - t.published_at::date) AS median_days
  FROM meeting_timeline t
  JOIN meetings m USING (meeting_id)
 CROSS JOIN LATERAL (SELECT CASE WHEN t.old_date ~ '^\d{4}-\d\d-\d\d' THEN left(t.old_date, 10)::date END) planned (earliest)
 WHERE t.change IN ('postponed', 'rescheduled', 'cancelled')
 GROUP BY m.countries, t.change
 ORDER BY changes DESC, m.countries;
