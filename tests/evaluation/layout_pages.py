"""Pages made from parts, with known truth: bodies × places of headline and date × furniture × languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product

WORDS = {
    "en": (
        "Georgian minister due in Trabzon next week",
        (
            "The foreign minister of Georgia will be in Trabzon on 14 May for talks on the crossings, his ministry said.",
            "Experts of both sides have worked on the papers for weeks, and most of the wording is agreed by now.",
            "A spokeswoman in Ankara said that grain, tourism and the safety of ships were on the list for the talks.",
        ),
        "That trip to Trabzon was called off days ago, my brother-in-law drives the bus of the ministry.",
        (
            "What our readers say",
            "2 comments so far",
            "Reply",
            "2 hours ago",
            "Updated",
            "By Nino Beridze",
            "Earlier",
        ),
    ),
    "ru": (
        "Министр Грузии приедет в Трабзон на следующей неделе",
        (
            "Министр иностранных дел Грузии прибудет в Трабзон 14 мая для переговоров о переходах, сообщили в ведомстве.",
            "Эксперты обеих сторон несколько недель работали над документами, и большая часть текста уже согласована.",
            "Представитель Анкары сообщила, что в повестке зерно, туризм и безопасность судоходства в Чёрном море.",
        ),
        "Да отменили эту поездку в Трабзон давно, мой зять возит людей из министерства и всё мне рассказал.",
        (
            "Мнения читателей",
            "2 комментария",
            "Ответить",
            "2 часа назад",
            "Обновлено",
            "Автор: Нино Беридзе",
            "Ранее",
        ),
    ),
    "tr": (
        "Gürcü bakan gelecek hafta Trabzon'a geliyor",
        (
            "Gürcistan Dışişleri Bakanı sınır kapılarını görüşmek üzere 14 Mayıs'ta Trabzon'da olacak, bakanlık açıkladı.",
            "İki tarafın uzmanları haftalardır belgeler üzerinde çalışıyor ve metnin büyük bölümünde anlaşma sağlandı.",
            "Ankara'daki bir sözcü tahıl, turizm ve gemilerin güvenliğinin de görüşmelerde ele alınacağını söyledi.",
        ),
        "O Trabzon gezisi çoktan iptal oldu, bakanlığın otobüsünü kullanan eniştem bana kendisi anlattı.",
        (
            "Okur görüşleri",
            "2 yorum yapıldı",
            "Yanıtla",
            "2 saat önce",
            "Güncelleme",
            "Haber: Nino Beridze",
            "Daha önce",
        ),
    ),
}
# {t}: headline, {b}: the story, {m}: the line with date and name, {x}: what comes below the story
FRAMES = {
    "article": "<main><article><h1>{t}</h1>{m}{b}{x}</article></main>",
    "div": "<div class=haber><h1>{t}</h1><div class=detay>{m}{b}</div>{x}</div>",
    "date first": "<div class=content>{m}<h1>{t}</h1><div class=metin>{b}</div>{x}</div>",
    "headline in header": "<header><h1>{t}</h1>{m}</header><section class=c1>{b}</section>{x}",
    "unlucky": "<article><h1>{t}</h1>{m}<div class=teaser-content>{b}</div>{x}</article>",
}
DATES = {
    "span": "<span class=tarih>07.05.2031 11:25</span>",
    "time": "<time datetime='2031-05-07T11:25:00+03:00'>07.05.2031, 11:25</time>",
    "div": "<div class=meta>{by}</div><div class=meta>07.05.2031 11:25</div>",
    "updated": "<p class=info>{updated}: 08.05.2031 10:00</p><p class=info>07.05.2031 11:25</p>",
    "none": "",
}
COMMENTS = {
    "class": "<div class=discussion><p>{c}</p></div>",
    "yorum": "<div id=haber-yorum-alani><p>{c}</p></div>",
    "heading": "<h4>{h}</h4><p>{c}</p>",
    "count": "<h3>{n}</h3><div class=z1><p>{c}</p></div>",
    "label": "<section aria-label='{h}'><h3>{h}</h3><p>{c}</p></section>",
    "details": "<details><summary>{n}</summary><p>{c}</p></details>",
    "hidden": "<div hidden class=k2><p>{c}</p></div>",
    "reply": "<div class=k2><div><b>ali_53</b><p>{c}</p><button>{r}</button></div></div>",
    "stamp": "<div class=k2><div><b>ali_53</b> <span>{a}</span><p>{c}</p></div></div>",
    "list": "<ul class=k2><li><b>ali_53</b> <i>{a}</i><p>{c}</p></li><li><b>can61</b> <i>{a}</i><p>{c}</p></li></ul>",
    "form": "<section class=respond><p>{c}</p><form><textarea></textarea><button>{r}</button></form></section>",
    "schema": "<div itemscope itemtype='https://schema.org/Comment'><p>{c}</p></div>",
    "vendor": "<div id=disqus_thread><div><p>{c}</p></div></div>",
    "teaser": "<div class=k3><h3>{e}</h3><div><a href='/haber/9'>Trabzon</a><p>{c}</p></div></div>",
}
LENGTHS = (0, 1, 2, 3)  # paragraphs of the story; without any it is a flash


@dataclass(frozen=True, slots=True)
class LayoutPage:
    """A page of our own making and what is in it."""

    name: str
    parts: tuple[str, ...]  # what it was made of: language, frame, date, what is below, length
    html: bytes
    title: str
    paragraphs: tuple[str, ...]
    intruder: str  # what must not be in the text; "" where nothing was put below the story
    dated: bool
    day: date
    marks: tuple[str, ...]  # dates and times as written around the story, which are no part of it

    @property
    def fetched_at(self) -> datetime:
        """The morning two days after the publication."""
        return datetime(self.day.year, self.day.month, self.day.day, 6, tzinfo=UTC) + timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Parts:
    """What pages are put together from."""

    words: Mapping[str, tuple[str, tuple[str, ...], str, tuple[str, ...]]]  # by language
    frames: Mapping[str, str]
    dates: Mapping[str, str]
    below: Mapping[str, str]
    day: str  # of publication, as YYYY-MM-DD
    marks: tuple[str, ...]


FIRST = Parts(WORDS, FRAMES, DATES, COMMENTS, "2031-05-07", ("07.05.2031", "08.05.2031", "11:25", "10:00"))


def layout_pages() -> Iterator[LayoutPage]:
    """Every combination: 4,500 pages."""
    return made_pages(FIRST)


def made_pages(parts: Parts) -> Iterator[LayoutPage]:
    """Every combination of the parts, and each of them with nothing below the story."""
    below = {**parts.below, "nothing": ""}
    for language, frame, dated, comment, length in product(parts.words, parts.frames, parts.dates, below, LENGTHS):
        title, story, intruder, (heading, count, reply, ago, updated, by, earlier) = parts.words[language]
        words = {"c": intruder, "h": heading, "n": count, "r": reply, "a": ago, "e": earlier}
        body = parts.frames[frame].format(
            t=title,
            m=parts.dates[dated].format(updated=updated, by=by),
            b="".join(f"<p>{text}</p>" for text in story[:length]),
            x=below[comment].format(**words),
        )
        html = (
            f"<!doctype html><html lang={language}><head><meta charset=utf-8><title>{title} | Liman</title></head><body>"
            f"<nav><a href='/'>Liman</a></nav>{body}<footer>© 2031 Liman</footer></body></html>"
        )
        yield LayoutPage(
            name=f"{language}, {frame}, date {dated}, below {comment}, {length} paragraphs",
            parts=(language, f"frame {frame}", f"date {dated}", f"below {comment}", f"{length} paragraphs"),
            html=html.encode(),
            title=title,
            paragraphs=story[:length],
            intruder=intruder if comment != "nothing" else "",
            dated=dated != "none",
            day=date.fromisoformat(parts.day),
            marks=parts.marks,
        )
