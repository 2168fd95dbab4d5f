"""The bundled story agrees with itself, and story files that do not are refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.demo.story import STEP, Story, load_story
from pipeline.errors import ConfigurationError

OUTLETS = """
outlets:
  - {key: wire, name: Wire, title: Wire, language: en, zone: Europe/Moscow, country: RU, kind: agency, feed: rss,
     feed_path: /rss, layout: wire, path: "/{slug}", nav: [News], cookie: c, share: s, newsletter: n, related: r,
     comments_heading: "", colophon: f}
"""
ORIGINAL = """
  - id: original
    outlet: wire
    at: 2025-10-06 10:05
    title: A visit
    body: |
      First paragraph.

      Second paragraph.

      Third paragraph.
"""


@pytest.fixture(scope="module")
def story() -> Story:
    return load_story()


def write(folder: Path, articles: str) -> Path:
    (folder / "outlets.yml").write_text(OUTLETS)
    (folder / "thread.yml").write_text(f"about: a test\narticles:\n{articles}")
    return folder


def test_paths_and_ids_are_unique(story: Story) -> None:
    assert len({a.id for a in story.articles}) == len(story.articles)
    assert len({(a.outlet.key, a.path) for a in story.articles}) == len(story.articles)
    assert len({a.path for a in story.articles}) == len(story.articles)  # verdicts compare paths


def test_the_story_has_the_size_and_the_languages_it_promises(story: Story) -> None:
    assert 45 <= len(story.articles) <= 65
    assert {outlet.language for outlet in story.outlets} == {"en", "ru", "tr"}
    assert {outlet.encoding for outlet in story.outlets} == {"utf-8", "windows-1251"}
    assert {outlet.feed for outlet in story.outlets} == {"rss", "atom"}
    assert sum(a.copy_of is not None for a in story.articles) >= 20
    assert [a.id for a in story.articles if len(a.revisions) > 1] == [
        "sokolov-veresayev-to-visit-istanbul",
        "istanbul-prepares-for-four-ministers",
    ]


def test_expected_alerts_stand_in_the_article_that_is_their_proof(story: Story) -> None:
    articles = {a.id: a for a in story.articles}
    assert [alert.change for alert in story.alerts] == ["postponed", "rescheduled", "cancelled"]
    for alert in story.alerts:
        revision = articles[alert.article].revisions[0]
        assert any(alert.quote in text for text in (revision.title, *revision.paragraphs)), alert


def test_the_proof_of_an_alert_arrives_before_any_other_report_of_it(story: Story) -> None:
    articles = {a.id: a for a in story.articles}
    moments = story.moments()
    for alert in story.alerts:
        proof = articles[alert.article]
        seen = next(m for m in moments if m >= proof.published)
        earlier = max(m for m in moments if m < proof.published)
        assert [a.id for a in story.articles if earlier < a.published <= seen] == [proof.id]


def test_copies_come_after_their_originals(story: Story) -> None:
    published = {a.id: a.published for a in story.articles}
    assert all(a.published > published[a.copy_of] for a in story.articles if a.copy_of)


def test_moments_follow_every_change_within_a_step(story: Story) -> None:
    moments = story.moments()
    assert list(moments) == sorted(set(moments))
    for article in story.articles:
        for revision in article.revisions:
            assert any(timedelta(0) <= m - revision.at < STEP for m in moments)


def test_an_article_shows_the_text_of_its_time(story: Story) -> None:
    article = next(a for a in story.articles if len(a.revisions) == 2)
    first, second = article.revisions
    assert article.revision(first.at - timedelta(seconds=1)) is None
    assert article.revision(second.at - timedelta(seconds=1)) is first
    assert article.revision(second.at) is second


def test_a_copy_is_cut_edited_and_credited(tmp_path: Path) -> None:
    copy = """
  - id: copied
    outlet: wire
    at: 2025-10-06 11:00
    title: Another headline
    copy_of: original
    intro: Our own words.
    keep: 2
    replace: {Second: 2nd}
    credit: Wire contributed.
"""
    story = load_story(write(tmp_path, ORIGINAL + copy))
    original, copied = story.articles
    assert original.published == datetime(2025, 10, 6, 7, 5, tzinfo=UTC)
    assert original.revisions[0].paragraphs == ("First paragraph.", "Second paragraph.", "Third paragraph.")
    assert copied.copy_of == "original"
    assert copied.revisions[0].title == "Another headline"
    assert copied.revisions[0].paragraphs == (
        "Our own words.",
        "First paragraph.",
        "2nd paragraph.",
        "Wire contributed.",
    )


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("  - {id: a, outlet: nobody, at: 2025-10-06 11:00, body: x}", "outlet of outlets.yml"),
        ("  - {id: a, outlet: wire, at: 2025-10-06 11:00}", "expected a body, or copy_of"),
        ("  - {id: a, outlet: wire, at: 2025-10-06 11:00, copy_of: nothing}", "expected a body, or copy_of"),
        ("  - {id: a, outlet: wire, at: 2025-10-06 11:00, copy_of: original, body: x}", "a body, or copy_of"),
        ("  - {id: a, outlet: wire, at: 2025-10-06 11:00, copy_of: original, replace: {Nine: nine}}", "'Nine'"),
        ("  - {id: original, outlet: wire, at: 2025-10-06 11:00, body: x}", "a unique value"),
        ("  - {id: a, outlet: wire, at: 2025-10-06 11:00, body: x, colour: red}", "no such key"),
        ("  - {id: a, outlet: wire, at: six o'clock, body: x}", "expected a valid datetime"),
    ],
)  # fmt: skip
def test_a_story_file_that_cannot_be_meant_is_refused(tmp_path: Path, more: str, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem):
        load_story(write(tmp_path, ORIGINAL + more))
