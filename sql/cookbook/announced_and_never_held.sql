-- Which announced meetings are past their day without a report that they took place?
-- Columns: participants, place, date, status, last_change_at
SELECT participants, place, date, status, last_change_at
  FROM meetings
 WHERE status IN ('scheduled', 'confirmed', 'rescheduled')
   AND latest < (SELECT max(published_at)::date FROM articles)
 ORDER BY latest;
