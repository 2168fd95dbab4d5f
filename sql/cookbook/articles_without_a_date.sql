-- Which outlets give no readable publication date?
-- Columns: outlet, articles, undated, taken_from
SELECT outlet, count(*) AS articles, count(*) FILTER (WHERE published_at IS NULL) AS undated,
       array_agg(DISTINCT published_source) AS taken_from
  FROM articles
 GROUP BY outlet
 ORDER BY undated DESC, outlet;
