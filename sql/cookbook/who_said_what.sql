-- Who said what about the meeting that changed most, in order of publication?
-- Columns: published_at, outlet, language, said_by, status, date, stance, quote
SELECT published_at, outlet, language, said_by, status, date, stance, quote
  FROM reports
 WHERE meeting_id = (SELECT meeting_id FROM meetings ORDER BY sequence DESC, reports DESC LIMIT 1)
 ORDER BY published_at, outlet;
