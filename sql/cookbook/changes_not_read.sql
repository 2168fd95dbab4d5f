-- Which texts speak of a change that became no meeting, and why?
-- Columns: reason, subject, detail, last_at
SELECT reason, subject, detail, last_at
  FROM outcome_details
 WHERE stage = 'process' AND starts_with(reason, 'change_')
 ORDER BY last_at DESC, reason
 LIMIT 50;
