-- Which planned meetings were moved or cancelled, and in whose words?
-- Columns: created_at, change, participants, old_date, new_date, outlet, quote
SELECT created_at, change, participants, old_date, new_date, outlet, quote
  FROM alerts
 ORDER BY created_at;
