-- Where are meetings planned?
-- Columns: place_country, place, meetings
SELECT place_country, place, count(*) AS meetings
  FROM meetings
 WHERE place IS NOT NULL
 GROUP BY place_country, place
 ORDER BY meetings DESC, place;
