"""The order of day and month in figures, by country: 10/12/2025 is October in America, December elsewhere."""

from __future__ import annotations

# Zones of the countries that write the month first.
_MONTH_FIRST = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix",
    "America/Detroit", "America/Boise", "America/Anchorage", "America/Juneau", "America/Indiana/",
    "America/Indianapolis",
    "America/Kentucky/", "America/North_Dakota/", "America/Adak", "America/Nome", "America/Sitka",
    "America/Menominee", "Pacific/Honolulu", "Pacific/Guam", "Asia/Manila", "US/", "EST", "CST6CDT",
    "MST", "PST8PDT",
)  # fmt: skip
_NO_PLACE = ("UTC", "GMT", "Etc/", "Zulu")


def writes_month_first(language: str | None, zone: str) -> bool | None:
    """Whether an outlet writes the month first; None where language and zone do not say, or disagree.

    Args:
        language: ISO 639-1, or with a country, "en-US"; None or "" where it is not known.
        zone: IANA zone of the outlet; UTC says nothing.
    """
    spoken = (language or "").replace("_", "-").lower()
    by_zone = None if zone.startswith(_NO_PLACE) else zone.startswith(_MONTH_FIRST)
    if spoken in ("en-us", "en-ph"):
        return True if by_zone is not False else None
    if spoken and spoken != "en" and not spoken.startswith(("en-", "und", "fil", "tl")):
        return False if not by_zone or spoken[:2] not in ("es", "zh") else None
    if spoken.startswith("en-") and len(spoken) == 5:
        return bool(by_zone) if by_zone else False
    return by_zone
