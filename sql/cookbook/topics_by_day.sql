-- How much was written on each topic a day?
-- Columns: day, topic, articles, outlets
SELECT published_at::date AS day, topic, count(DISTINCT article_id) AS articles, count(DISTINCT outlet) AS outlets
  FROM topics
 WHERE published_at IS NOT NULL
 GROUP BY 1, 2
 ORDER BY 1, 2;
