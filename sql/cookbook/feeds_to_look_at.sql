-- Which feeds need attention?
-- Columns: key, outlet, health, errors_in_a_row, last_error, last_success_at, last_new_item_at
SELECT key, outlet, health, errors_in_a_row, last_error, last_success_at, last_new_item_at
  FROM feed_health
 WHERE health NOT IN ('ok', 'off')
 ORDER BY health, key;
