-- From which countries are the outlets that report on a topic?
-- Columns: topic, outlet_country, articles
SELECT t.topic, a.outlet_country, count(DISTINCT a.article_id) AS articles
  FROM topics t
  JOIN articles a USING (article_id)
 GROUP BY 1, 2
 ORDER BY 1, 3 DESC, 2;
