-- Which outlets are first with a change of plan, and how often?
-- Columns: outlet, first_with
SELECT outlet, count(*) AS first_with
  FROM meeting_timeline
 WHERE change IS NOT NULL AND step > 1
 GROUP BY outlet
 ORDER BY first_with DESC, outlet;
