"""A second batch of made pages, written after the rules were finished: other frames, names and words."""

from __future__ import annotations

from collections.abc import Iterator

from tests.evaluation.layout_pages import LayoutPage, Parts, made_pages

_WORDS = {
    "en": (
        "Norwegian premier to open ferry line with Gdansk in June",
        (
            "The prime minister of Norway is to open a new ferry line to Gdansk on 3 June, both governments announced.",
            "Polish railways will extend two trains a day to the new quay, which was finished within fourteen months.",
            "Unions on both coasts had asked for the line since the old ship was sold to an owner in Greece in 2027.",
        ),
        "Somebody at the harbour told me that Oslo has quietly dropped the whole opening, just wait and see.",
        (
            "Have your say",
            "17 responses",
            "Respond",
            "yesterday",
            "Last modified",
            "Ingrid Solheim",
            "More stories",
        ),
    ),
    "ru": (
        "Премьер Норвегии откроет в июне паромную линию в Гданьск",
        (
            "Премьер-министр Норвегии 3 июня откроет новую паромную линию в Гданьск, объявили правительства двух стран.",
            "Польские железные дороги продлят до нового причала два поезда в день, его построили за четырнадцать месяцев.",
            "Профсоюзы обоих берегов просили об этой линии с тех пор, как старое судно продали владельцу из Греции.",
        ),
        "Знакомый в порту говорит, что в Осло это открытие тихо похоронили, вот увидите, никто не приедет.",
        ("Обсуждение", "17 откликов", "Ответить", "вчера", "Изменено", "Ингрид Сольхейм", "Читать ещё"),
    ),
    "tr": (
        "Norveç başbakanı haziranda Gdansk feribot hattını açacak",
        (
            "Norveç başbakanı 3 Haziran'da Gdansk'a giden yeni feribot hattını açacak, iki ülkenin hükümetleri duyurdu.",
            "Polonya demiryolları on dört ayda tamamlanan yeni rıhtıma günde iki treni uzatacağını ayrıca bildirdi.",
            "İki kıyının sendikaları, eski gemi Yunan bir armatöre satıldığından beri bu hattı istediklerini söylüyordu.",
        ),
        "Limanda çalışan bir tanıdık Oslo'nun bu açılıştan sessizce vazgeçtiğini söyledi, göreceksiniz gelmeyecekler.",
        ("Sizden gelenler", "17 görüş", "Cevapla", "dün", "Son güncelleme", "Ingrid Solheim", "Günün haberleri"),
    ),
}
_FRAMES = {
    "wrapped": "<div id=wrapper><div class='row'><div class='col-8'><h1 class=head>{t}</h1>{m}<div class=entry>{b}</div>"
    "{x}</div></div></div>",
    "role": "<div role=main><div role=article><header><h1>{t}</h1>{m}</header>{b}{x}</div></div>",
    "hgroup": "<main><hgroup><h1>{t}</h1>{m}</hgroup><div class='story-text'>{b}</div>{x}</main>",
    "table": "<table><tr><td><h1>{t}</h1>{m}{b}{x}</td><td><a href='/a'>Oslo</a> <a href='/b'>Gdansk</a></td></tr></table>",
    "social names": "<article><h1>{t}</h1>{m}<div class='share-content social-text'>{b}</div>{x}</article>",
}
_DATES = {
    "by and date": "<p class=sig>{by} – 20.05.2031, 09:40</p>",
    "list": "<ul class=info><li>{by}</li><li><time datetime='2031-05-20T09:40+03:00'>20.05.2031 09:40</time></li></ul>",
    "small": "<small>20/05/2031 - 09:40</small>",
    "changed": "<div class=d><span>20.05.2031 09:40</span> <span>{updated}: 20.05.2031 18:15</span></div>",
    "none": "",
}
_BELOW = {
    "thread": "<div class='thread-list'><h3>{n}</h3><p>{c}</p></div>",
    "opinion": "<section id=opinions><h2>{h}</h2><article><header>kari77</header><p>{c}</p></article></section>",
    "dl": "<dl><dt>kari77, {a}</dt><dd>{c}</dd><dt>olav_b, {a}</dt><dd>{c}</dd></dl>",
    "answers": "<div class=z><p>{c}</p><a href='#f'>{r}</a></div><div class=z><p>{c}</p><a href='#f'>{r}</a></div>",
    "feedback": "<div data-component=user-feedback><p>{c}</p></div>",
    "folded": "<details class=q><summary>{h}</summary><div>{c}</div></details>",
    "cards": "<section><h2>{e}</h2><div class=u><h3><a href='/n/4'>Gdansk</a></h3><p>{c}</p></div></section>",
    "aria": "<div aria-label='{n}'><div><p>{c}</p></div></div>",
    "box": "<div class=v1><form action='/s'><p>{c}</p><textarea name=t></textarea></form></div>",
}
SECOND = Parts(_WORDS, _FRAMES, _DATES, _BELOW, "2031-05-20", ("20.05.2031", "20/05/2031", "09:40", "18:15"))


def second_layouts() -> Iterator[LayoutPage]:
    """Every combination: 3,000 pages."""
    return made_pages(SECOND)
