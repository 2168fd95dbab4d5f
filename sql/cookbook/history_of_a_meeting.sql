-- How did the meeting with the most changes reach its state?
-- Columns: step, status, change, old_date, new_date, old_place, new_place, outlet, published_at, quote
SELECT step, status, change, old_date, new_date, old_place, new_place, outlet, published_at, quote
  FROM meeting_timeline
 WHERE meeting_id = (SELECT meeting_id FROM meetings ORDER BY sequence DESC, reports DESC LIMIT 1)
 ORDER BY step;
