"""A third batch of made pages, written before any result on it was seen: other structures and other furniture."""

from __future__ import annotations

from collections.abc import Iterator

from tests.evaluation.layout_pages import LayoutPage, Parts, made_pages

_WORDS = {
    "en": (
        "Icelandic president puts off her journey to Lisbon",
        (
            "The president of Iceland has put off her journey to Lisbon, her office announced on Thursday evening.",
            "The two heads of state were to sign an agreement on fishing grounds that had been prepared for three years.",
            "Portuguese shipowners, who hold forty licences, said that they would go on fishing under the old rules.",
        ),
        "My cousin works at the ministry and swears that the whole agreement is dead and buried since Monday.",
        (
            "What do you think?",
            "23 replies",
            "Write back",
            "2 hours ago",
            "Last edited",
            "Sigrun Palsdottir",
            "You may have missed",
        ),
    ),
    "ru": (
        "Президент Исландии отложила поездку в Лиссабон",
        (
            "Канцелярия президента Исландии сообщила в четверг вечером, что её поездка в Лиссабон отложена.",
            "Главы двух государств собирались подписать соглашение о районах промысла, которое готовили три года.",
            "Португальские судовладельцы, у которых сорок лицензий, заявили, что продолжат лов по прежним правилам.",
        ),
        "Мой двоюродный брат работает в министерстве и клянётся, что это соглашение похоронили ещё в понедельник.",
        (
            "А вы как думаете?",
            "23 ответа",
            "Написать ответ",
            "2 часа назад",
            "Отредактировано",
            "Сигрун Палсдоттир",
            "Вы могли пропустить",
        ),
    ),
    "tr": (
        "İzlanda cumhurbaşkanı Lizbon yolculuğunu erteledi",
        (
            "İzlanda cumhurbaşkanlığı perşembe akşamı Lizbon yolculuğunun ertelendiğini kamuoyuna duyurdu, ayrıntı vermedi.",
            "İki devlet başkanı, üç yıldır hazırlanan balıkçılık alanlarına ilişkin bir anlaşmayı imzalayacaktı.",
            "Kırk ruhsatı bulunan Portekizli armatörler eski kurallara göre avlanmayı sürdüreceklerini söyledi.",
        ),
        "Kuzenim bakanlıkta çalışıyor ve anlaşmanın pazartesi gününden beri tamamen rafa kalktığına yemin ediyor.",
        (
            "Siz ne düşünüyorsunuz?",
            "23 yanıt",
            "Karşılık ver",
            "2 saat önce",
            "Düzenlendi",
            "Sigrun Palsdottir",
            "Kaçırmış olabilirsiniz",
        ),
    ),
}
_FRAMES = {
    "rail": "<div class=page><aside class=rail><h2>Lisbon</h2><ul><li><a href='/p/1'>Boats</a></li><li><a href='/p/2'>Nets</a>"
    "</li></ul></aside><div class=center><header class=top><h1>{t}</h1>{m}</header><section>{b}</section>{x}</div></div>",
    "amp": "<article class=amp-wp-article><header class=amp-wp-article-header><h1 class=amp-wp-title>{t}</h1>{m}</header>"
    "<div class=amp-wp-article-content>{b}</div></article>{x}",
    "hero": "<section class=hero><p class=eyebrow>Atlantic</p><h1>{t}</h1></section><section class=copy>{m}{b}</section>{x}",
    "definition": "<div id=doc><dl class=facts><dt>Where</dt><dd>Lisbon</dd></dl><h1>{t}</h1>{m}<div>{b}</div>{x}</div>",
    "spans": "<div class=g><span class=hd><h1>{t}</h1></span>{m}<div class=tx><span>{b}</span></div>{x}</div>",
    "layout tables": "<table width=100%><tr><td colspan=2><h1>{t}</h1></td></tr><tr><td>{m}{b}</td><td><a href='/w'>Ads</a></td>"
    "</tr><tr><td>{x}</td></tr></table>",
}
_DATES = {
    "time only": "<time datetime='2031-09-18T20:15:00+03:00'>20:15</time>",
    "dateline box": "<div class=meta><div>{by}</div><div>18.09.2031 | 20:15</div></div>",
    "pipes": "<p>18.09.2031 20:15 | {by}</p>",
    "both": "<p><b>18.09.2031 20:15</b> <i>({updated} 19.09.2031 08:40)</i></p>",
    "none": "",
}
_BELOW = {
    "question": "<div class=poll9><h2>{h}</h2><div class=r><p>{c}</p></div></div>",
    "ordered": "<ol class=w><li><span>halla_k</span> <span>{a}</span><div>{c}</div></li><li><span>joao1980</span> <span>{a}</span>"
    "<div>{c}</div></li></ol>",
    "articles": "<section class=below><h2>{n}</h2><article><h4>halla_k</h4><p>{c}</p><footer>{a}</footer></article></section>",
    "figures": "<figure class=u1><figcaption>halla_k · {a}</figcaption><p>{c}</p></figure>",
    "rows": "<table class=u2><tr><th>halla_k</th><td>{c}</td></tr><tr><th>joao1980</th><td>{c}</td></tr></table>",
    "quoted": "<div class=u3><blockquote>{c}</blockquote><a href='#w'>{r}</a></div>",
    "links": "<nav class=u4><h3>{e}</h3><a href='/p/7'><b>Nets</b><p>{c}</p></a><a href='/p/8'><b>Boats</b><p>{c}</p></a></nav>",
    "teaser list": "<h3>{e}</h3><ul class=u5><li><a href='/p/7'>Nets and boats in Lisbon harbour</a><p>{c}</p></li></ul>",
    "reactions": "<div id=reactions-panel><div class=one><span>halla_k</span><p>{c}</p></div></div>",
    "likes": "<div class=u6><p><strong>halla_k</strong></p><p>{c}</p><p>👍 12 👎 3</p></div>",
}
THIRD = Parts(_WORDS, _FRAMES, _DATES, _BELOW, "2031-09-18", ("18.09.2031", "19.09.2031", "20:15", "08:40"))


def third_layouts() -> Iterator[LayoutPage]:
    """Every combination: 3,960 pages."""
    return made_pages(THIRD)
