-- What share of each outlet's articles is original?
-- Columns: outlet, articles, own, share
SELECT outlet, count(*) AS articles, count(*) FILTER (WHERE copy_kind IS NULL OR copy_kind = 'lead') AS own,
       round(count(*) FILTER (WHERE copy_kind IS NULL OR copy_kind = 'lead')::numeric / count(*), 2) AS share
  FROM articles
 GROUP BY outlet
 ORDER BY share DESC, outlet;
