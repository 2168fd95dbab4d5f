-- Whose visits to whom were called off or moved, how often, and how many days before?
-- Columns: guest, host, visits, held, cancelled, postponed, rescheduled, median_notice_days
SELECT guest, host, visits, held, cancelled, postponed, rescheduled, median_notice_days
  FROM sides
 ORDER BY cancelled + postponed + rescheduled DESC, visits DESC;
