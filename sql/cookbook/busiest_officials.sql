-- Which offices and people appear in the most meetings?
-- Columns: participant, meetings, statuses
SELECT participant, count(*) AS meetings, array_agg(DISTINCT status) AS statuses
  FROM meetings, unnest(participant_ids) AS participant
 GROUP BY participant
 ORDER BY meetings DESC, participant;
