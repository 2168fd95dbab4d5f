-- How far had each story spread a day after it began, and how far today?
-- Columns: started_at, title, articles_then, articles_now, outlets_now
SELECT s.started_at, s.title, sum(d.articles)::bigint AS articles_then, s.articles AS articles_now,
       s.outlets AS outlets_now
  FROM (SELECT * FROM stories ORDER BY articles DESC, story_id LIMIT 10) s
 CROSS JOIN LATERAL dispatches_as_of(s.started_at + interval '1 day') d
 WHERE d.dispatch_id = ANY (s.dispatch_ids)
 GROUP BY s.story_id, s.started_at, s.title, s.articles, s.outlets
 ORDER BY s.articles DESC;
