-- How long does a plan last before it changes?
-- Columns: participants, change, stood_for
SELECT m.participants, t.change, t.published_at - before.published_at AS stood_for
  FROM meeting_timeline t
  JOIN meeting_timeline before ON before.meeting_id = t.meeting_id AND before.step = t.step - 1
  JOIN meetings m ON m.meeting_id = t.meeting_id
 WHERE t.change IN ('postponed', 'rescheduled', 'cancelled')
 ORDER BY stood_for;
