"""Count how texts spell people's names in meetings, and keep the one name each is shown under in a language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert as upsert

from pipeline.store.tables import person_name

_COUNT = text("""
    INSERT INTO store.person_spelling AS known (person_id, language, name, alike, texts)
    SELECT w.id, v.language, p ->> 'name', w.alike, count(*)
      FROM store.meeting_mention n
      JOIN store.article_version v ON v.id = n.version_id
     CROSS JOIN LATERAL jsonb_array_elements(n.participants) p
      JOIN unnest(CAST(:ids AS text[]), CAST(:keys AS text[])) AS w (id, alike) ON w.id = p ->> 'id'
     WHERE n.id = :mention
     GROUP BY 1, 2, 3, 4
        ON CONFLICT (person_id, language, name)
        DO UPDATE SET texts = known.texts + excluded.texts, alike = excluded.alike
""")
_SPELLINGS = text("""
    SELECT person_id, language, name, alike, texts FROM store.person_spelling WHERE alike = ANY(:keys)
""")


def shown(column: str) -> str:
    """SQL: participants of a state, a JSON column, under the name of today; name_ru and name_tr where known."""
    return f"""(
        SELECT coalesce(jsonb_agg(p.who || jsonb_strip_nulls(jsonb_build_object(
                   'name', coalesce(d.en, p.who ->> 'name'), 'name_ru', d.ru, 'name_tr', d.tr))
                   ORDER BY p.number), '[]')
          FROM jsonb_array_elements({column}) WITH ORDINALITY AS p (who, number)
          LEFT JOIN store.person_name d ON d.person_id = p.who ->> 'id')"""  # noqa: S608 - a column of ours


def count_spellings(conn: Connection, mention_id: int, people: Mapping[str, str]) -> Mapping[str, list[Any]]:
    """Note how one more report names these people: by id a key that all spellings of a name share.

    Returns by key every spelling of it: person_id, language, name, texts.
    """
    ids = sorted(people)
    keys = [people[person] for person in ids]
    conn.execute(_COUNT, {"mention": mention_id, "ids": ids, "keys": keys})
    found: dict[str, list[Any]] = {}
    for row in conn.execute(_SPELLINGS, {"keys": keys}):
        found.setdefault(row.alike, []).append(row)
    return found


def save_names(conn: Connection, names: Mapping[str, Mapping[str, str]]) -> None:
    """Keep the names to show, by person and language."""
    rows = [{"person_id": person, **by_language} for person, by_language in names.items()]
    if rows:
        statement = upsert(person_name)
        changed = {column.name: column for column in statement.excluded if not column.primary_key}
        conn.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=changed), rows)
