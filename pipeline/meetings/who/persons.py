"""Decide whether two participants are one: the same person, or one is named by the other's office."""

from __future__ import annotations

from functools import lru_cache

from pipeline.meetings.who.entries import office_country, office_role
from pipeline.meetings.who.spelling import slug, sound, stem
from pipeline.records import Participant

# Offices with several holders at a time: the office alone does not say who.
SHARED_ROLES = frozenset(
    {
        "DPM",
        "DFM",
        "DDM",
        "DMIN",
        "DHS",
        "ENV",
        "AMB",
        "AIDE",
        "SPO",
        "MIN",
        "CEO",
        "GOV",
        "COM",
        "DSG",
        "CHD",
        "COUNTERPART",
    }
)

_LONG_ENOUGH = 5  # sounds: of shorter names, one makes another person
_DEPUTIES = frozenset({"DFM", "DDM", "DMIN"})  # "deputy minister" may mean that of any ministry


def same_person(first: Participant, second: Participant) -> bool:
    """Compare at office level: "Russia's foreign minister" and Sergei Lavrov are one.

    Two people whom texts call by name are two, even with one office: one of them has left it. A text that names
    the office alone means its holder, whom our tables may not know yet. In one office, names that differ in one
    sound are one name in two alphabets.
    """
    if same_name(first.id, second.id):
        return True
    if first.office is None or second.office is None or not _same_office(first.office, second.office):
        return False
    if office_role(first.office) in SHARED_ROLES:
        return first.id.startswith("off:") or second.id.startswith("off:")
    if not (_is_named(first.id, first.name) and _is_named(second.id, second.name)):
        return True
    return nearly_one(first.id, second.id)


def _same_office(first: str, second: str) -> bool:
    """Whether both are one office, or one only says "deputy minister" where the other names the ministry."""
    if first == second:
        return True
    roles = {office_role(first), office_role(second)}
    return "DMIN" in roles and roles <= _DEPUTIES and office_country(first) == office_country(second)


@lru_cache(maxsize=8192)
def _is_named(participant_id: str, name: str) -> bool:
    """Whether `name`, as a text has it, is a name of that person and not of the office alone."""
    surname = participant_id.partition(".")[2].partition("_")[0]
    return participant_id.startswith("per:") and any(
        sound(slug(word)).startswith(sound(surname)) for word in name.split()
    )


def same_name(first: str, second: str) -> bool:
    """Whether two participant ids are one, or two spellings of one surname: per:ru.veresaev, per:ru.veresayev."""
    if first == second:
        return True
    return first.startswith("per:") and not _keys(first).isdisjoint(_keys(second))


@lru_cache(maxsize=8192)
def _keys(participant_id: str) -> frozenset[str]:
    """The keys of a name; J is read as in English and as in German: Jonson is Джонсон or Йонсон."""
    country, _, surname = participant_id.partition(".")
    read_as_y = f"{country}.y{surname[1:]}"
    return frozenset(map(name_key, (participant_id, read_as_y) if surname.startswith("j") else (participant_id,)))


@lru_cache(maxsize=8192)
def nearly_one(first: str, second: str) -> bool:
    """Whether two ids of one country have surnames that differ in one sound: one letter more, less or another."""
    if first.partition(".")[0] != second.partition(".")[0]:
        return False
    a, b = sorted((_surname(first), _surname(second)), key=len)
    if len(a) < _LONG_ENOUGH or len(b) - len(a) > 1 or any(map(str.isdigit, a + b)):
        return False
    start = next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    return a[start + (len(a) == len(b)) :] == b[start + 1 :]


def same_surname(first: str, second: str) -> bool:
    """Whether two ids of people have one surname, whatever country and given name texts add to it."""
    people = first.startswith("per:") and second.startswith("per:")
    name, other = (one.partition(".")[2].partition("_")[0] for one in (first, second))
    return people and min(len(name), len(other)) >= _LONG_ENOUGH and sound(name) == sound(other)


def _surname(participant_id: str) -> str:
    return sound(participant_id.partition(".")[2].partition("_")[0])


def is_called(participant_id: str, name: str) -> bool:
    """Whether a word of `name`, in any spelling, alphabet or Russian case, is the surname of a person's id."""
    wanted = _keys(participant_id)
    country = participant_id.partition(".")[0]
    words = (f"{country}.{slug(stem(word))}" for word in name.split())
    return participant_id.startswith("per:") and not all(wanted.isdisjoint(_keys(word)) for word in words)


def name_key(participant_id: str) -> str:
    """What the ids of all spellings of a name share; an initial ("ivanov_s") still tells two people apart."""
    if not participant_id.startswith("per:"):
        return participant_id
    country, _, surname = participant_id.partition(".")
    name, initial, rest = surname.partition("_")
    return f"{country}.{sound(name)}{initial}{rest}"
