-- What is planned next, and how many witnesses report it?
-- Columns: date, participants, place, status, reports, witnesses
SELECT date, participants, place, status, reports, witnesses
  FROM meetings
 WHERE status IN ('scheduled', 'confirmed', 'rescheduled', 'uncertain')
 ORDER BY earliest NULLS LAST, witnesses DESC;
