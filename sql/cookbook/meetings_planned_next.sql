-- What is planned next, and how well is it attested?
-- Columns: date, participants, place, format, status, flags, reports, witnesses
SELECT date, participants, place, format, status, flags, reports, witnesses
  FROM meetings
 WHERE status IN ('scheduled', 'confirmed', 'rescheduled', 'uncertain')
   AND NOT flags && ARRAY['lapsed', 'withdrawn']
 ORDER BY earliest NULLS LAST, witnesses DESC;
