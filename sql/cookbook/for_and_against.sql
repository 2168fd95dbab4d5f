-- How many independent witnesses support the current state of each meeting, and how many contradict it?
-- Columns: meeting_id, participants, status, flags, witnesses_for, witnesses_against
SELECT m.meeting_id, m.participants, m.status, m.flags,
       count(DISTINCT r.witness) FILTER (WHERE r.stance = 'for') AS witnesses_for,
       count(DISTINCT r.witness) FILTER (WHERE r.stance = 'against') AS witnesses_against
  FROM meetings m
  JOIN reports r USING (meeting_id)
 GROUP BY m.meeting_id, m.participants, m.status, m.flags
 ORDER BY witnesses_against DESC, witnesses_for DESC;
