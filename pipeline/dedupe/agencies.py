"""News agencies as texts name them, in three languages."""

from __future__ import annotations

import re

# id -> spellings; capitals as written, since "AA" or "IHA" in lower case are other words.
SPELLINGS: dict[str, tuple[str, ...]] = {
    "Reuters": ("Reuters", "REUTERS", "REUTER", "Thomson Reuters", "Рейтер", "Рейтерс"),
    "AFP": ("AFP", "Agence France-Presse", "Agence France Presse", "АФП", "Франс Пресс", "Франс-Пресс"),
    "AP": ("AP", "The Associated Press", "Associated Press", "Ассошиэйтед Пресс"),
    "DPA": ("dpa", "DPA", "Deutsche Presse-Agentur", "ДПА"),
    "EFE": ("EFE",),
    "ANSA": ("ANSA",),
    "UPI": ("UPI", "United Press International"),
    "Bloomberg": ("Bloomberg", "Блумберг"),
    "Xinhua": ("Xinhua", "Синьхуа", "Şinhua"),
    "Kyodo": ("Kyodo", "Kyodo News"),
    "PTI": ("PTI", "Press Trust of India"),
    "TASS": ("TASS", "ITAR-TASS", "Itar-Tass", "ТАСС", "ИТАР-ТАСС"),
    "RIA Novosti": ("RIA Novosti", "RIA", "RIA News", "РИА Новости", "РИА"),
    "Sputnik": ("Sputnik", "Спутник"),
    "Interfax": ("Interfax", "INTERFAX", "INTERFAX.RU", "Interfax.ru", "Интерфакс", "ИНТЕРФАКС"),
    "Anadolu": (
        "AA",
        "Anadolu Agency",
        "Anadolu",
        "Anadolu Ajansı",
        "Anadolu Ajansi",
        "Анадолу",
        "Анадолу Ажансы",
    ),
    "DHA": ("DHA", "Demirören Haber Ajansı", "Demiroren News Agency"),
    "IHA": ("İHA", "IHA", "İhlas Haber Ajansı", "Ihlas News Agency"),
    "ANKA": ("ANKA",),
    "SANA": ("SANA", "САНА"),
    "IRNA": ("IRNA", "ИРНА"),
    "Mehr": ("Mehr News Agency",),
    "Tasnim": ("Tasnim", "Тасним"),
    "Interfax-Ukraine": ("Interfax-Ukraine", "Интерфакс-Украина"),
    "Ukrinform": ("Ukrinform", "Укринформ"),
    "BelTA": ("BelTA", "БелТА", "БЕЛТА"),
    "Azertac": ("AZERTAC", "Azertac", "АЗЕРТАДЖ"),
    "Trend": ("Trend News Agency",),
    "Kazinform": ("Kazinform", "Казинформ"),
}
_ID = {spelling: agency for agency, names in SPELLINGS.items() for spelling in names}
# The longest first: "Interfax-Ukraine" is not Interfax.
ANY = "(?:" + "|".join(re.escape(name) for name in sorted(_ID, key=len, reverse=True)) + ")"
# So short that only their place in a text makes them an agency: "AP" may be anything in a sentence.
NEEDS_CONTEXT = frozenset({"AA", "AP", "RIA", "РИА", "Sputnik", "Спутник", "Trend", "ANKA", "Anadolu"})


def agency_of(spelling: str) -> str | None:
    """The agency's id for a spelling, however it is written in capitals."""
    spelling = " ".join(spelling.split())
    return _ID.get(spelling) or _BY_CAPITALS.get(spelling.upper())


_BY_CAPITALS = {name.upper(): agency for name, agency in _ID.items() if len(name) > 3}
