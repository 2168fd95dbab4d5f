"""Articles with comment sections as common comment systems build them, in three languages. All of it made up."""

from __future__ import annotations

from dataclasses import dataclass

TEXTS = {
    "en": (
        "Minister Sokolov to visit Samsun in May",
        (
            "Foreign Minister Grigory Sokolov will travel to Samsun on 14 May, his ministry said on Tuesday.",
            "The talks are to cover grain shipments through the straits and the repair of a gas terminal.",
            "An official in Ankara said that experts of both countries had exchanged drafts of a joint statement.",
        ),
        (
            "Believe me, the visit was cancelled weeks ago, my cousin works at that airport.",
            "He will never come. They postponed everything until the autumn because of the elections.",
            "Great article! Greetings from the harbour of Sinop, where it rains every single day.",
        ),
        ("Comments", "Leave a comment", "Log in to reply", "Reply", "2 hours ago"),
    ),
    "ru": (
        "Министр Соколов посетит Самсун в мае",
        (
            "Министр иностранных дел Григорий Соколов отправится в Самсун 14 мая, сообщили во вторник в министерстве.",
            "На переговорах обсудят поставки зерна через проливы и ремонт газового терминала на побережье.",
            "Чиновник в Анкаре рассказал, что эксперты двух стран обменялись проектами совместного заявления.",
        ),
        (
            "Да отменили уже этот визит, мне сосед рассказал, он на аэродроме сторожем работает.",
            "Никуда он не поедет, всё перенесли на осень из-за выборов, вот увидите.",
            "Отличная статья! Привет из порта Синоп, где дождь идёт каждый божий день.",
        ),
        ("Комментарии", "Оставить комментарий", "Войдите, чтобы ответить", "Ответить", "2 часа назад"),
    ),
    "tr": (
        "Bakan Sokolov mayıs ayında Samsun'a gelecek",
        (
            "Dışişleri Bakanı Grigory Sokolov 14 Mayıs'ta Samsun'a gidecek, bakanlıktan salı günü açıklama yapıldı.",
            "Görüşmelerde boğazlardan tahıl sevkiyatı ve kıyıdaki gaz terminalinin onarımı ele alınacak.",
            "Ankara'daki bir yetkili iki ülke uzmanlarının ortak bildiri taslaklarını paylaştığını söyledi.",
        ),
        (
            "Bu ziyaret çoktan iptal edildi, kuzenim o havalimanında çalışıyor, inanın bana.",
            "Asla gelmez, seçimler yüzünden her şeyi sonbahara ertelediler, göreceksiniz.",
            "Çok güzel bir yazı! Her gün yağmur yağan Sinop limanından herkese selamlar.",
        ),
        ("Yorumlar", "Yorum yap", "Yanıtlamak için giriş yapın", "Yanıtla", "2 saat önce"),
    ),
}

# {0}, {1}, {2}: what readers wrote; {h}: heading; {a}: invitation; {l}: log in; {r}: reply; {t}: time
SYSTEMS = {
    "wordpress": """<div id="comments" class="comments-area"><h2 class="comments-title">3 {h}</h2><ol class="comment-list">
        <li class="comment even"><div class="comment-body"><p>{0}</p><a class="comment-reply-link">{r}</a></div>
        <ol class="children"><li class="comment"><div class="comment-content"><p>{1}</p></div></li></ol></li>
        <li class="comment"><p>{2}</p></li></ol><div id="respond" class="comment-respond"><h3>{a}</h3><form><p>{l}</p>
        <textarea></textarea></form></div></div>""",
    "disqus": """<div id="disqus_thread"><section class="conversation"><ul id="post-list"><li class="post"><div
        class="post-message"><p>{0}</p></div></li><li class="post"><p>{1}</p><p>{2}</p></li></ul></section></div>
        <noscript>{a}</noscript>""",
    "facebook": """<div class="fb-comments" data-href="/a"><span><div class="UFIComment"><span>{0}</span></div>
        <div><span>{1}</span></div><div>{2}</div></span></div>""",
    "drupal": """<section id="node-article-17-comments" class="comment-wrapper"><h2 class="title">{h}</h2>
        <article class="comment odd"><div class="field-name-comment-body"><p>{0}</p></div></article>
        <article class="comment"><p>{1}</p></article><article class="comment"><p>{2}</p></article></section>""",
    "vkontakte": """<div id="vk_comments"><div class="wcomments_post"><div class="wcomments_post_content">{0}</div></div>
        <div class="wcomments_post">{1}</div><div class="wcomments_post">{2}</div></div>""",
    "cackle": """<div id="mc-container"><div class="mc-comments"><div class="mc-comment-msg">{0}</div>
        <div class="mc-comment-msg">{1}</div><div class="mc-comment-msg">{2}</div></div></div>""",
    "hypercomments": """<div id="hypercomments_widget"><div class="hc__message">{0}</div><div>{1}</div><div>{2}</div></div>""",
    "spot.im": """<div class="spot-im-frame-inpage"><div data-spotim-module="conversation"><p>{0}</p><p>{1}</p><p>{2}</p>
        </div></div>""",
    "coral": """<div id="coral_thread"><div class="coral-comment"><div class="coral-comment-content"><p>{0}</p></div></div>
        <div class="coral-comment"><p>{1}</p></div><div class="coral-comment"><p>{2}</p></div></div>""",
    "own, Turkish names": """<div class="haber-yorumlari yorumlar"><h3>{h} (3)</h3><div class="yorum"><b>Okur</b><p>{0}</p></div>
        <div class="yorum"><p>{1}</p></div><div class="yorum"><p>{2}</p></div><a class="yorum-yap">{a}</a></div>""",
    "own, no telling names": """<div class="b12"><h3>{h} (3)</h3><div class="b13"><p>{0}</p></div><div class="b13"><p>{1}</p>
        </div><div class="b13"><p>{2}</p></div><p>{a}</p></div>""",
    "inside the article": """<div><p>{h}</p><p>{0}</p><p>{1}</p><p>{2}</p><p>{l}</p></div>""",
    "microdata": """<div itemprop="comment" itemscope itemtype="http://schema.org/Comment"><span itemprop="text">{0}</span></div>
        <div itemprop="comment" itemscope><p itemprop="text">{1}</p></div>
        <div itemprop="comment" itemscope><p itemprop="text">{2}</p></div>""",
    "tables": """<table class="comments"><tr><td>{t}</td><td>{0}</td></tr><tr><td>{t}</td><td>{1}</td></tr>
        <tr><td>{t}</td><td>{2}</td></tr></table>""",
}


@dataclass(frozen=True)
class CommentPage:
    language: str
    system: str
    title: str
    paragraphs: tuple[str, ...]
    comments: tuple[str, ...]
    html: bytes


def comment_pages() -> list[CommentPage]:
    return [_page(language, system) for language in TEXTS for system in SYSTEMS]


def _page(language: str, system: str) -> CommentPage:
    title, paragraphs, comments, (heading, invitation, login, reply, ago) = TEXTS[language]
    section = SYSTEMS[system].format(*comments, h=heading, a=invitation, l=login, r=reply, t=ago)
    article = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    inside = system == "inside the article"
    page = f"""<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title} | Harbour Gazette</title></head>
        <body class="single has-comments"><nav><a href="/">Harbour Gazette</a></nav><main><article><h1>{title}</h1>
        <a href="#comments">{heading} (3)</a>{article}{section if inside else ""}</article>{"" if inside else section}</main>
        <footer>© Harbour Gazette</footer></body></html>"""
    return CommentPage(language, system, title, paragraphs, comments, page.encode())
