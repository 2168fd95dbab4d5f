-- Which topics do the articles about a meeting have?
-- Columns: topic, meetings, called_off_or_moved
SELECT t.topic, count(*) AS meetings,
       count(*) FILTER (WHERE m.status IN ('cancelled', 'postponed', 'rescheduled')) AS called_off_or_moved
  FROM meeting_topics t
  JOIN meetings m USING (meeting_id)
 GROUP BY t.topic
 ORDER BY meetings DESC, t.topic;
