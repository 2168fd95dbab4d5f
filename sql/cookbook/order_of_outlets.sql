-- Which outlets are first, and how far behind the first are the others?
-- Columns: outlet, meetings, first, median_behind, articles
SELECT outlet, count(*) AS meetings, count(*) FILTER (WHERE place = 1) AS first,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY behind_first) AS median_behind, sum(articles)::bigint AS articles
  FROM coverage
 WHERE subject = 'meeting'
 GROUP BY outlet
 ORDER BY first DESC, median_behind;
