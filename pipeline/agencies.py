"""News agencies: their names in three languages, and how their texts are signed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency under its canonical name."""

    id: str
    spellings: tuple[str, ...]  # capitals as written, since "AA" or "IHA" in lower case are other words
    sign: str = ""  # pattern of its signature, in any case; empty if none is known


AGENCIES = (
    Agency("Reuters", ("Reuters", "REUTERS", "REUTER", "Thomson Reuters", "Рейтер", "Рейтерс"), r"reuters|рейтер"),
    Agency(
        "AFP",
        ("AFP", "Agence France-Presse", "Agence France Presse", "АФП", "Франс Пресс", "Франс-Пресс"),
        r"afp|agence france-presse|афп",
    ),
    Agency(
        "AP",
        ("AP", "The Associated Press", "Associated Press", "Ассошиэйтед Пресс"),
        r"ap|ap ?news|(?:the )?associated press",
    ),
    Agency("DPA", ("dpa", "DPA", "Deutsche Presse-Agentur", "ДПА"), r"dpa"),
    Agency("EFE", ("EFE",), r"efe"),
    Agency("ANSA", ("ANSA",), r"ansa"),
    Agency("UPI", ("UPI", "United Press International")),
    Agency("Bloomberg", ("Bloomberg", "Блумберг"), r"bloomberg"),
    Agency("Xinhua", ("Xinhua", "Синьхуа", "Şinhua"), r"xinhua|синьхуа"),
    Agency("Kyodo", ("Kyodo", "Kyodo News"), r"kyodo"),
    Agency("PTI", ("PTI", "Press Trust of India")),
    Agency("TASS", ("TASS", "ITAR-TASS", "Itar-Tass", "ТАСС", "ИТАР-ТАСС"), r"i?tar-tass|tass|тасс"),
    Agency(
        "RIA Novosti",
        ("RIA Novosti", "RIA", "RIA News", "РИА Новости", "РИА"),
        r"ria(?: novosti)?|риа(?: новости)?",
    ),
    Agency("Sputnik", ("Sputnik", "Спутник"), r"sputnik|спутник"),
    Agency(
        "Interfax",
        ("Interfax", "INTERFAX", "INTERFAX.RU", "Interfax.ru", "Интерфакс", "ИНТЕРФАКС"),
        r"interfax|интерфакс",
    ),
    Agency(
        "Anadolu",
        ("AA", "Anadolu Agency", "Anadolu", "Anadolu Ajansı", "Anadolu Ajansi", "Анадолу", "Анадолу Ажансы"),
        r"aa|anadolu(?: agency| ajansı)?|анадолу",
    ),
    Agency("DHA", ("DHA", "Demirören Haber Ajansı", "Demiroren News Agency"), r"dha|demirören haber ajansı"),
    Agency("IHA", ("İHA", "IHA", "İhlas Haber Ajansı", "Ihlas News Agency"), r"[iİ]ha|ihlas haber ajansı"),
    Agency("ANKA", ("ANKA",), r"anka"),
    Agency("SANA", ("SANA", "САНА")),
    Agency("IRNA", ("IRNA", "ИРНА")),
    Agency("Mehr", ("Mehr News Agency",)),
    Agency("Tasnim", ("Tasnim", "Тасним")),
    Agency("Interfax-Ukraine", ("Interfax-Ukraine", "Интерфакс-Украина")),
    Agency("Ukrinform", ("Ukrinform", "Укринформ"), r"ukrinform|укринформ"),
    Agency("BelTA", ("BelTA", "БелТА", "БЕЛТА"), r"belta|белта"),
    Agency("Azertac", ("AZERTAC", "Azertac", "АЗЕРТАДЖ")),
    Agency("Trend", ("Trend News Agency",), r"trend|тренд"),
    Agency("Kazinform", ("Kazinform", "Казинформ")),
    Agency("PA", (), r"pa media|press association"),
    Agency("Yonhap", (), r"yonhap"),
)
