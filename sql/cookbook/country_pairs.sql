-- Which countries meet, and what became of their meetings?
-- Columns: countries, meetings, planned, called_off, held
SELECT countries, count(*) AS meetings,
       count(*) FILTER (WHERE status IN ('scheduled', 'confirmed', 'rescheduled', 'uncertain')) AS planned,
       count(*) FILTER (WHERE status IN ('postponed', 'cancelled', 'denied')) AS called_off,
       count(*) FILTER (WHERE status = 'held') AS held
  FROM meetings
 GROUP BY countries
 ORDER BY meetings DESC, countries;
