"""Persons, sides and places of a meeting as a message names them."""

from __future__ import annotations

from pipeline.alerts.names import GazetteerNames
from pipeline.alerts.outside import outside
from pipeline.alerts.style import Style
from pipeline.records import Notice, Participant

LONGEST_NAME = 80  # characters


def person_name(person: Participant, style: Style) -> str:
    """The name alone, in the language of the message where the gazetteer has it."""
    return style.names.name(
        person.id, style.words.language, outside(person.name_in(style.words.language), LONGEST_NAME)
    ) or outside(person.id)


def person_with_office(person: Participant, style: Style) -> str:
    """Sergei Lavrov (foreign minister, RU)."""
    role = (person.office or (person.id if person.id.startswith("off:") else "")).split(".")[-1]
    beside = [style.words.offices.get(role, ""), person.country or ""]
    said = ", ".join(filter(None, beside))
    return f"{person_name(person, style)} ({said})" if said else person_name(person, style)


def place_of(notice: Notice, style: Style) -> str:
    """The place of the meeting; "" where none is known."""
    return place_name(notice.place.name, style) if notice.place else ""


def place_name(name: str | None, style: Style) -> str:
    """A city or country in the language of the message where the gazetteer has it."""
    if not name:
        return ""
    language = style.words.language
    safe = outside(name, LONGEST_NAME)
    city = style.names.name(f"city:{name}", language, safe)
    return city if city != safe else style.names.name(_country_called(name, style.names), language, safe)


def side_of(country: str | None, notice: Notice) -> str:
    """The side of a country: host where the meeting is planned there, else guest; third where it is no party."""
    if country not in notice.countries:
        return "third"
    return "host" if notice.place and notice.place.country == country else "guest"


def _country_called(name: str, names: GazetteerNames) -> str:
    return next((thing for thing in names.find(name) if thing.startswith("cty:")), "")
