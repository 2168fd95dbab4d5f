-- In which languages was each meeting reported, and by how many outlets?
-- Columns: meeting_id, participants, status, languages, outlets, reports
SELECT m.meeting_id, m.participants, m.status, r.languages, r.outlets, m.reports
  FROM meetings m
  JOIN (SELECT meeting_id, array_agg(DISTINCT language) AS languages, count(DISTINCT outlet) AS outlets
          FROM reports GROUP BY meeting_id) r USING (meeting_id)
 ORDER BY cardinality(r.languages) DESC, m.reports DESC;
