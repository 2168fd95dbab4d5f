-- Who said what about which meeting: one row per statement, and what follows from them for people, topics and sides.

CREATE OR REPLACE VIEW wirewatch.reports AS
SELECT n.id                             AS mention_id,
       m.id                             AS meeting_id,
       f.outlet,
       substring(a.url FROM '^[a-z]+://(?:www\.)?([^/:?#]+)') AS domain,
       v.language,
       v.agency                         AS written_by,
       nullif(n.attribution, '')        AS said_by,
       n.status,
       n.scope,
       CASE WHEN NOT counts.stands OR s.status IS NULL THEN NULL
            WHEN (n.status IN ('scheduled', 'confirmed', 'uncertain', 'held')
                  OR n.status = 'rescheduled' AND n.edtf IS NOT NULL)
                 <> (s.status IN ('scheduled', 'confirmed', 'uncertain', 'rescheduled', 'held')) THEN 'against'
            WHEN s.status NOT IN ('postponed', 'cancelled', 'denied')
                 AND (n.earliest > s.latest OR n.latest < s.earliest) THEN 'against'
            ELSE 'for' END              AS stance,
       ARRAY(SELECT p ->> 'name' FROM jsonb_array_elements(n.participants) p) AS participants,
       n.participant_ids,
       n.countries,
       n.format,
       n.edtf                           AS date,
       n.earliest,
       n.latest,
       n.clock,
       n.previous_edtf                  AS previous_date,
       n.place_name                     AS place,
       n.place_country,
       n.quote,
       n.quote_field,
       n.quote_start,
       n.quote_end,
       n.confidence,
       n.rules,
       counts.stands                    AS counts,
       coalesce(w.cluster_id, -a.id)    AS witness,
       v.published_at,
       v.first_seen_at                  AS seen_at,
       v.title,
       a.id                             AS article_id,
       v.id                             AS version_id,
       a.url,
       nullif(n.reason, '')             AS reason,
       nullif(n.initiator, '')          AS initiator
  FROM store.meeting_mention n
  JOIN store.article_version v ON v.id = n.version_id
  JOIN store.article a ON a.id = v.article_id
  JOIN store.feed f ON f.id = a.feed_id
  LEFT JOIN store.wire_member w ON w.article_id = a.id
 CROSS JOIN LATERAL (SELECT NOT EXISTS (SELECT FROM store.article_version later
                                         WHERE later.article_id = a.id AND later.number > v.number)
                        AND NOT EXISTS (SELECT FROM store.withdrawal g
                                         WHERE g.article_id = a.id AND g.restored_at IS NULL) AS stands) counts
  JOIN store.meeting_evidence e ON e.mention_id = n.id
  JOIN store.meeting m ON m.id = e.meeting_id AND NOT m.dismissed
  JOIN store.meeting_version s ON s.meeting_id = m.id
   AND NOT EXISTS (SELECT FROM store.meeting_version n WHERE n.meeting_id = s.meeting_id AND n.number > s.number);

COMMENT ON VIEW wirewatch.reports IS
    'One row per statement about a meeting: who said it and who published it, what it says of status, day and place, the sentence with its place in the text, and whether it is for or against the current state. Copies of one dispatch share `witness`.';
COMMENT ON COLUMN wirewatch.reports.mention_id IS 'one statement in one text';
COMMENT ON COLUMN wirewatch.reports.meeting_id IS 'the meeting';
COMMENT ON COLUMN wirewatch.reports.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.reports.domain IS 'host the article is on';
COMMENT ON COLUMN wirewatch.reports.language IS 'of the text, ISO 639-1';
COMMENT ON COLUMN wirewatch.reports.written_by IS 'agency credited with the text; null: none is';
COMMENT ON COLUMN wirewatch.reports.said_by IS 'whom the text names as the source: official, named, anonymous or media, and the words; null: no source named';
COMMENT ON COLUMN wirewatch.reports.status IS 'what it says: scheduled, confirmed, uncertain, rescheduled, postponed, cancelled, denied, held';
COMMENT ON COLUMN wirewatch.reports.scope IS 'meeting, or attendance: the meeting goes on and who is named stays away';
COMMENT ON COLUMN wirewatch.reports.stance IS 'for or against the current state of the meeting; null: the text was replaced or withdrawn';
COMMENT ON COLUMN wirewatch.reports.participants IS 'who is to meet, as the text names them';
COMMENT ON COLUMN wirewatch.reports.participant_ids IS 'the same as ids: per: a person, off: an office, cty: a country';
COMMENT ON COLUMN wirewatch.reports.countries IS 'countries of the parties, not of the place; ISO 3166-1 alpha-2 and EU, PS, TW';
COMMENT ON COLUMN wirewatch.reports.format IS 'visit, talks, summit, meeting or call';
COMMENT ON COLUMN wirewatch.reports.date IS 'the day it names, EDTF; null: none';
COMMENT ON COLUMN wirewatch.reports.earliest IS 'first day it may mean';
COMMENT ON COLUMN wirewatch.reports.latest IS 'last day it may mean';
COMMENT ON COLUMN wirewatch.reports.clock IS 'local time of day where stated, HH:MM';
COMMENT ON COLUMN wirewatch.reports.previous_date IS 'the day it says the meeting was moved from, EDTF; null: none';
COMMENT ON COLUMN wirewatch.reports.place IS 'where it says the meeting is to be; null: it does not';
COMMENT ON COLUMN wirewatch.reports.place_country IS 'country of the place, ISO 3166-1 alpha-2';
COMMENT ON COLUMN wirewatch.reports.quote IS 'the sentence';
COMMENT ON COLUMN wirewatch.reports.quote_field IS 'title or body';
COMMENT ON COLUMN wirewatch.reports.quote_start IS 'where it begins there, in characters';
COMMENT ON COLUMN wirewatch.reports.quote_end IS 'where it ends';
COMMENT ON COLUMN wirewatch.reports.confidence IS 'that it was read rightly, 0 to 1';
COMMENT ON COLUMN wirewatch.reports.rules IS 'ids of the rules that read it';
COMMENT ON COLUMN wirewatch.reports.counts IS 'whether its article still says so';
COMMENT ON COLUMN wirewatch.reports.witness IS 'the same for copies of one dispatch';
COMMENT ON COLUMN wirewatch.reports.published_at IS 'when the text says that it was published, UTC; where it does not say, when it was first seen';
COMMENT ON COLUMN wirewatch.reports.seen_at IS 'when the text was first seen, UTC';
COMMENT ON COLUMN wirewatch.reports.title IS 'headline';
COMMENT ON COLUMN wirewatch.reports.article_id IS 'the article, whatever addresses its page has';
COMMENT ON COLUMN wirewatch.reports.version_id IS 'the text it is in';
COMMENT ON COLUMN wirewatch.reports.url IS 'address of the page';
COMMENT ON COLUMN wirewatch.reports.reason IS 'the reason it gives for a change, in its words; null: none';
COMMENT ON COLUMN wirewatch.reports.initiator IS 'who called it off or moved it by this report: per: a person, cty: a country; null: it does not say';

CREATE OR REPLACE VIEW wirewatch.people AS
WITH named AS (
    SELECT p ->> 'id' AS person_id, p ->> 'name' AS name, p ->> 'country' AS country, p ->> 'office' AS office,
           r.language, r.meeting_id, r.published_at
      FROM wirewatch.reports r
      JOIN store.meeting_mention n ON n.id = r.mention_id
     CROSS JOIN LATERAL jsonb_array_elements(n.participants) p
     WHERE p ->> 'id' LIKE 'per:%')
SELECT named.person_id,
       min(d.en)                        AS name_en,
       min(d.ru)                        AS name_ru,
       min(d.tr)                        AS name_tr,
       array_agg(DISTINCT named.name)   AS names,
       mode() WITHIN GROUP (ORDER BY named.country) AS country,
       array_agg(DISTINCT office) FILTER (WHERE office IS NOT NULL) AS offices,
       count(DISTINCT meeting_id)       AS meetings,
       count(*)                         AS reports,
       min(published_at)                AS first_named_at,
       max(published_at)                AS last_named_at
  FROM named
  LEFT JOIN store.person_name d ON d.person_id = named.person_id
 GROUP BY named.person_id;

COMMENT ON VIEW wirewatch.people IS
    'One row per person named in a meeting: the one name to show in each language, every spelling seen, the offices held when named.';
COMMENT ON COLUMN wirewatch.people.person_id IS 'per: and the country and surname; the same in every language';
COMMENT ON COLUMN wirewatch.people.name_en IS 'the one name to show in English: a full name first, then as most English texts have it';
COMMENT ON COLUMN wirewatch.people.name_ru IS 'the one to show in Russian';
COMMENT ON COLUMN wirewatch.people.name_tr IS 'the one to show in Turkish';
COMMENT ON COLUMN wirewatch.people.names IS 'every name and spelling seen';
COMMENT ON COLUMN wirewatch.people.country IS 'the country the person speaks for, ISO 3166-1 alpha-2';
COMMENT ON COLUMN wirewatch.people.offices IS 'ids of the offices held when named; null: none known';
COMMENT ON COLUMN wirewatch.people.meetings IS 'number of meetings the person is named in';
COMMENT ON COLUMN wirewatch.people.reports IS 'number of statements that name the person';
COMMENT ON COLUMN wirewatch.people.first_named_at IS 'publication of the first of them, UTC';
COMMENT ON COLUMN wirewatch.people.last_named_at IS 'publication of the last of them, UTC';

CREATE OR REPLACE VIEW wirewatch.spellings AS
SELECT person_id, language, name, texts FROM store.person_spelling;

COMMENT ON VIEW wirewatch.spellings IS 'Every way a person in a meeting is written, by language: search here for a name that is not the one shown.';
COMMENT ON COLUMN wirewatch.spellings.person_id IS 'per: and the country and surname; the same in every language';
COMMENT ON COLUMN wirewatch.spellings.language IS 'of the texts, ISO 639-1';
COMMENT ON COLUMN wirewatch.spellings.name IS 'as they write it';
COMMENT ON COLUMN wirewatch.spellings.texts IS 'number of reports that do';

CREATE OR REPLACE VIEW wirewatch.meeting_topics AS
SELECT r.meeting_id, t.topic, max(t.score) AS score, count(DISTINCT r.article_id) AS articles
  FROM wirewatch.reports r
  JOIN wirewatch.topics t ON t.version_id = r.version_id
 GROUP BY r.meeting_id, t.topic;

COMMENT ON VIEW wirewatch.meeting_topics IS 'The topics of the articles that report a meeting.';
COMMENT ON COLUMN wirewatch.meeting_topics.meeting_id IS 'the meeting';
COMMENT ON COLUMN wirewatch.meeting_topics.topic IS 'topic, as config/topics.yml names it';
COMMENT ON COLUMN wirewatch.meeting_topics.score IS 'best score of an article about the meeting, as in topics';
COMMENT ON COLUMN wirewatch.meeting_topics.articles IS 'number of its articles with the topic';

CREATE OR REPLACE VIEW wirewatch.sides AS
WITH stood AS (
    SELECT m.meeting_id, guest, m.place_country AS host, m.status, m.sequence
      FROM wirewatch.meetings m
     CROSS JOIN LATERAL unnest(m.countries) guest
     WHERE m.place_country = ANY (m.countries) AND guest <> m.place_country),
moved AS (
    SELECT t.meeting_id, t.change,
           CASE WHEN t.old_date ~ '^\d{4}-\d\d-\d\d' THEN left(t.old_date, 10)::date - t.published_at::date END AS notice,
           n.attribution LIKE 'official: %' AS official
      FROM wirewatch.meeting_timeline t
      JOIN store.meeting_version s ON s.meeting_id = t.meeting_id AND s.number = t.step
      JOIN store.meeting_mention n ON n.id = s.proof_mention_id
     WHERE t.change IN ('cancelled', 'postponed', 'rescheduled', 'will_not_attend'))
SELECT s.guest,
       s.host,
       count(DISTINCT s.meeting_id)     AS visits,
       count(DISTINCT s.meeting_id) FILTER (WHERE s.status = 'held') AS held,
       count(DISTINCT (m.meeting_id, m.change, m.notice)) FILTER (WHERE m.change = 'cancelled') AS cancelled,
       count(DISTINCT (m.meeting_id, m.change, m.notice)) FILTER (WHERE m.change = 'postponed') AS postponed,
       count(DISTINCT (m.meeting_id, m.change, m.notice)) FILTER (WHERE m.change = 'rescheduled') AS rescheduled,
       count(DISTINCT (m.meeting_id, m.change, m.notice)) FILTER (WHERE m.change = 'will_not_attend') AS stayed_away,
       count(DISTINCT m.meeting_id) FILTER (WHERE m.official) AS told_by_an_office,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY m.notice) AS median_notice_days
  FROM stood s
  LEFT JOIN moved m USING (meeting_id)
 GROUP BY s.guest, s.host;

COMMENT ON VIEW wirewatch.sides IS
    'Whose visits to whom were moved, how often, and at what notice: one row per guest and host country.';
COMMENT ON COLUMN wirewatch.sides.guest IS 'country that travels, ISO 3166-1 alpha-2';
COMMENT ON COLUMN wirewatch.sides.host IS 'country it travels to';
COMMENT ON COLUMN wirewatch.sides.visits IS 'meetings of the two in the host country';
COMMENT ON COLUMN wirewatch.sides.held IS 'of them, held';
COMMENT ON COLUMN wirewatch.sides.cancelled IS 'times one was cancelled';
COMMENT ON COLUMN wirewatch.sides.postponed IS 'times one was postponed without a new day';
COMMENT ON COLUMN wirewatch.sides.rescheduled IS 'times one was moved to another day';
COMMENT ON COLUMN wirewatch.sides.stayed_away IS 'meetings that went on without this side';
COMMENT ON COLUMN wirewatch.sides.told_by_an_office IS 'meetings whose change an office of the side itself announced';
COMMENT ON COLUMN wirewatch.sides.median_notice_days IS 'days from the report of a change to the day it was planned for, median; null: no day was known';
