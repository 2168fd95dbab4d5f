"""Pages that are no articles, told from articles; and what still goes on from them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.errors import ExtractError
from pipeline.records import Article, PageHints
from pipeline.text.extract import FeedText, extract_article

STORY = (
    "The delegation led by Foreign Minister Grigory Sokolov is due in Samsun on Saturday, the ministry said. "
    "Talks will cover grain shipments through the straits and the repair of the gas terminal near the harbour."
)
MORE = (
    "A spokesman for the Turkish side said the agenda had been agreed during a telephone call last week, and "
    "that experts of both countries had exchanged drafts of a joint statement which is to be signed in autumn."
)
SUMMARY = "The visit of Foreign Minister Grigory Sokolov to Samsun is off, his ministry said on Saturday."


def read(
    body: str,
    *,
    head: str = "",
    title: str = "Sokolov due in Samsun",
    feed: FeedText | None = None,
    url: str = "http://harbour.example/news/sokolov-17.html",
) -> Article:
    page = f"<!doctype html><html><head><title>{title} | Harbour Gazette</title>{head}</head><body>{body}</body></html>"
    hints = PageHints(url=url, fetched_at=datetime(2031, 5, 8, 12, tzinfo=UTC))
    return extract_article(page.encode(), content_type=None, hints=hints, feed=feed)


WALLS = {
    "challenge": [
        ("Just a moment...", '<div id="cf-wrapper"><p>Checking your browser before accessing harbour.example.</p></div>'),
        ("Проверка браузера", '<div class="captcha"><p>Подтвердите, что вы не робот, чтобы продолжить работу с сайтом.</p></div>'),
        ("Güvenlik doğrulaması", '<div id="challenge-form"><p>Robot olmadığınızı doğrulamak için kutuyu işaretleyin lütfen.</p></div>'),
        ("Access denied", "<h1>Access denied</h1><p>Your request was blocked by the security service of this site.</p>"),
    ],
    "soft_404": [
        ("Page not found", "<h1>Page not found</h1><p>The article you were looking for is no longer here. Try the search instead.</p>"),
        ("Страница не найдена", "<h1>404</h1><p>Запрашиваемая страница удалена или никогда не существовала на нашем сайте.</p>"),
        ("Sayfa bulunamadı", "<h1>Sayfa bulunamadı</h1><p>Aradığınız haber yayından kaldırılmış olabilir, ana sayfaya dönün.</p>"),
    ],
    "consent_wall": [
        ("Before you continue", "<div><h1>Before you continue</h1><p>We value your privacy. We and our partners store information on your device. Accept all cookies or manage cookies below.</p></div>"),
        ("Gizliliğinize önem veriyoruz", "<div><p>Çerezleri kabul ederek kişisel verilerinizin işlenmesine rıza göstermiş olursunuz. Aydınlatma metni için tıklayın.</p></div>"),
        ("Файлы cookie", "<div><p>Мы используем файлы cookie. Продолжая, вы даёте согласие на обработку персональных данных. Принять все</p></div>"),
    ],
    "login": [
        ("Harbour Gazette", '<form><p>Please log in to your account to go on.</p><input name="user"><input type="password"></form>'),
    ],
    "gallery": [
        ("The harbour in spring", '<script type="application/ld+json">{"@type": "ImageGallery", "name": "Spring"}</script><figure><img src="1.jpg"><figcaption>Boats.</figcaption></figure>'),
        ("Watch: the harbour", '<script type="application/ld+json">{"@type": "VideoObject", "name": "Spring"}</script><video src="1.mp4"></video><p>Share</p>'),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "title", "body"), [(kind, *page) for kind, pages in WALLS.items() for page in pages]
)
def test_a_wall_is_an_outcome_of_its_own(kind: str, title: str, body: str) -> None:
    with pytest.raises(ExtractError) as caught:
        read(body, title=title)
    assert caught.value.reason == kind


@pytest.mark.parametrize(("kind", "title", "body"), [(kind, *pages[0]) for kind, pages in WALLS.items()])
def test_the_feeds_words_go_on_in_place_of_a_wall(kind: str, title: str, body: str) -> None:
    article = read(body, title=title, feed=FeedText(summary=SUMMARY))
    assert (article.body, article.text_source, article.kind) == (SUMMARY, "summary", kind)


def test_a_front_page_is_no_article() -> None:
    links = "".join(
        f'<li><a href="/news/{n}">Tram line number {n} opens after years of building works</a></li>'
        for n in range(20)
    )
    with pytest.raises(ExtractError) as caught:
        read(f"<main><ul>{links}</ul></main>", title="Harbour Gazette", url="http://harbour.example/")
    assert caught.value.reason == "section_page"


def test_the_beginning_of_a_closed_article_is_kept_and_marked() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
    article = read(
        f"<article><h1>Sokolov due in Samsun</h1><p>{STORY}</p></article><p>Subscribe to read on.</p>", head=head
    )
    assert (article.kind, article.body) == ("paywall_stub", STORY)


@pytest.mark.parametrize(
    "said",
    [
        "The ministry's site answered with error 404 for hours on Saturday, and its spokesman said the page was not found.",
        "Captcha tests which ask visitors to prove that they are no robots keep blind readers out, the minister said.",
        "The commission wants to forbid cookie banners which hide the button to reject all cookies, an official said.",
    ],
)
def test_an_article_about_walls_is_an_article(said: str) -> None:
    article = read(f"<article><h1>Sokolov due in Samsun</h1><p>{said}</p><p>{STORY}</p><p>{MORE}</p></article>")
    assert (article.kind, article.body) == ("article", f"{said}\n{STORY}\n{MORE}")


def test_one_sentence_is_a_flash() -> None:
    article = read(
        f"<article><h1>Sokolov stays at home</h1><p>{SUMMARY}</p></article>", title="Sokolov stays at home"
    )
    assert (article.kind, article.body, article.text_source) == ("flash", SUMMARY, "page")


LIVE = """<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Talks in Samsun, as they happen",
 "datePublished": "2031-05-08T08:00:00+03:00", "liveBlogUpdate": [
 {"@type": "BlogPosting", "headline": "Visit is off", "datePublished": "2031-05-08T13:20:00+03:00",
  "articleBody": "<p>The ministry says the minister will not come.</p><p>No reason was given.</p>"},
 {"@type": "BlogPosting", "datePublished": "2031-05-08T09:05:00+03:00", "articleBody": "The plane is on its way."},
 {"@type": "BlogPosting", "headline": "Empty"}]}</script>"""


def test_a_post_of_a_year_nobody_can_mean_has_no_time_and_the_live_blog_is_kept() -> None:
    head = LIVE.replace("2031-05-08T09:05:00+03:00", "0001-01-01T00:00:00")
    article = read("<h1>Talks in Samsun, as they happen</h1>", head=head, title="Talks in Samsun, as they happen")
    assert article.kind == "live_blog"
    assert [post.posted_at for post in article.posts] == [datetime(2031, 5, 8, 10, 20, tzinfo=UTC), None, None]


def test_the_posts_of_a_live_blog_are_kept_apart_with_their_times() -> None:
    article = read("<h1>Talks in Samsun, as they happen</h1>", head=LIVE, title="Talks in Samsun, as they happen")
    assert article.kind == "live_blog"
    assert [article.body[post.start : post.end] for post in article.posts] == [
        "Visit is off\nThe ministry says the minister will not come.\nNo reason was given.",
        "The plane is on its way.",
        "Empty",
    ]
    assert [post.posted_at for post in article.posts] == [
        datetime(2031, 5, 8, 10, 20, tzinfo=UTC),
        datetime(2031, 5, 8, 6, 5, tzinfo=UTC),
        None,
    ]
