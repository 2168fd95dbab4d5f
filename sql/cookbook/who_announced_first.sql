-- Who announced each meeting first?
-- Columns: participants, date, outlet, published_at, quote
SELECT DISTINCT ON (t.meeting_id) m.participants, m.date, t.outlet, t.published_at, t.quote
  FROM meeting_timeline t
  JOIN meetings m USING (meeting_id)
 ORDER BY t.meeting_id, t.published_at;
