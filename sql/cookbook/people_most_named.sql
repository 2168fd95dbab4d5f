-- Who is named in the most meetings, and under which names?
-- Columns: name_en, name_ru, name_tr, country, meetings, reports
SELECT name_en, name_ru, name_tr, country, meetings, reports
  FROM people
 ORDER BY meetings DESC, reports DESC, person_id;
