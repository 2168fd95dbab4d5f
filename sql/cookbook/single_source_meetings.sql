-- Which meetings rest on a single witness?
-- Columns: participants, place, date, status, quote, quote_url
SELECT participants, place, date, status, quote, quote_url
  FROM meetings
 WHERE witnesses = 1
 ORDER BY earliest NULLS LAST;
