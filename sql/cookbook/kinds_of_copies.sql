-- How do outlets change what they copy?
-- Columns: outlet, kind, copies, mean_found
SELECT outlet, kind, count(*) AS copies, round(avg(found_in_other)::numeric, 2) AS mean_found
  FROM copies
 WHERE kind <> 'lead'
 GROUP BY outlet, kind
 ORDER BY outlet, copies DESC;
