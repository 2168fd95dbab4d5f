-- What did we know on the eve of every day for which a meeting was ever planned?
-- Columns: planned_for, participants, status_then, date_then, quote, status_now, date_now
SELECT planned.earliest AS planned_for, eve.participants, eve.status AS status_then, eve.date AS date_then, eve.quote,
       now.status AS status_now, now.date AS date_now
  FROM (SELECT DISTINCT meeting_id, earliest FROM meeting_history WHERE earliest = latest) planned
  JOIN LATERAL meetings_as_of(planned.earliest::timestamp AT TIME ZONE 'UTC') eve USING (meeting_id)
  JOIN meetings now USING (meeting_id)
 ORDER BY planned_for, meeting_id;
