-- How serious are the edits of each outlet, and how soon do they come?
-- Columns: outlet, kind, edits, extractor_changed, median_lag
SELECT outlet, kind, count(DISTINCT version_id) AS edits,
       count(DISTINCT version_id) FILTER (WHERE extractor_changed) AS extractor_changed,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY lag) AS median_lag
  FROM article_changes
 WHERE kind <> 'first'
 GROUP BY outlet, kind
 ORDER BY outlet, edits DESC;
