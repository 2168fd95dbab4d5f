"""The title of a meeting: made from people and place in the reader's language, never from one text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from pipeline.site.desk import View

_MOST = 4


def people_line(v: View, people: Sequence[dict[str, Any]]) -> str:
    """Sokolov, Veresayev +2."""
    names = [v.short(who) for who in people]
    return ", ".join(names) if len(names) < _MOST else f"{names[0]}, {names[1]} +{len(names) - 2}"


def title_of(v: View, row: dict[str, Any]) -> str:
    """Sokolov and Veresayev in Istanbul, with Aydinoglu and Saygin; without people, by its countries."""
    people = row["people"] or []
    guests = [who for who in people if who["role"] == "visitor"]
    hosts = [who for who in people if who["role"] != "visitor"]
    place = v.names.place(row["place"], row["place_country"], v.language)
    if not people:
        sides = [v.country(code) for code in row.get("countries") or ()]
        return v.t("title_kind", who=" – ".join(sides) or v.t("unnamed"), kind=v.t(f"format_{row['format']}"),
                   place=place or v.t("place_open"))  # fmt: skip
    if guests and hosts and place:
        return v.t("title_visit", guests=joined(v, guests), hosts=joined(v, hosts), place=place)
    if place:
        return v.t("title_at", who=joined(v, people), place=place)
    return v.t("title_kind_only", who=joined(v, people), kind=v.t(f"format_{row['format']}"))


def joined(v: View, people: Sequence[dict[str, Any]]) -> str:
    """Names with "and" before the last."""
    names = [v.short(who) for who in people[:_MOST]]
    if len(people) > _MOST:
        names.append(f"+{len(people) - _MOST}")
    return names[0] if len(names) == 1 else v.t("and", first=", ".join(names[:-1]), last=names[-1])


def slug(words: str) -> str:
    """sokolov-and-veresayev-in-istanbul: what follows the number in an address, for people."""
    plain = unicodedata.normalize("NFKD", words.replace("ı", "i")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-")


def meeting_path(v: View, row: dict[str, Any]) -> str:
    """The address of a meeting's page, with a slug."""
    words = slug(
        " ".join(who["name"].split()[-1] for who in (row["people"] or ())[:2]) + " " + (row["place"] or "")
    )
    return v.url(f"/meetings/{row['meeting_id']}" + (f"-{words}" if words else ""))
