-- How many articles, dispatches and outlets were there a day?
-- Columns: day, articles, dispatches, outlets
SELECT published_at::date AS day, count(*) AS articles, count(DISTINCT dispatch_id) AS dispatches,
       count(DISTINCT outlet) AS outlets
  FROM articles
 WHERE published_at IS NOT NULL
 GROUP BY 1
 ORDER BY 1;
