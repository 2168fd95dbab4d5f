-- In which languages was each meeting reported?
-- Columns: participants, status, reports, languages
SELECT participants, status, reports,
       ARRAY(SELECT DISTINCT a.language FROM meeting_timeline t JOIN articles a USING (url)
              WHERE t.meeting_id = m.meeting_id ORDER BY 1) AS languages
  FROM meetings m
 ORDER BY reports DESC;
