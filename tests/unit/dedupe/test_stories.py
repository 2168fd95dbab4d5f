"""Reports of one event find each other; the same day's other news does not join them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.dedupe.stories import WordCounts, begun, joined, nearest, read_report
from pipeline.records import StoryState

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
HARBOUR = (
    (
        "Samsun harbour reopens after storm",
        "Ships entered the harbour of Samsun again on Tuesday, the harbour master Demir said, after divers replaced the piles of the damaged quay.",
    ),
    (
        "First ships in Samsun after quay repair",
        "The quay of Samsun, damaged by a storm in February, was repaired by divers. Harbour master Demir counted nine ships by noon.",
    ),
)
BUDGET = (
    "Parliament of Nordland passes budget",
    "Deputies in Nordland voted for a budget with higher taxes on fuel. Finance Minister Berg thanked both parties after a night of talks.",
)
RUSSIAN = (
    (
        "Порт Самсуна открылся после шторма",
        "Суда снова вошли в порт Самсуна, сообщил начальник порта Демир. Водолазы заменили сваи повреждённого причала.",
    ),
    (
        "В порту Самсуна отремонтировали причал",
        "Повреждённый штормом причал порта Самсуна отремонтировали водолазы, рассказал начальник порта Демир журналистам.",
    ),
)


def tell(memory: WordCounts, stories: list[StoryState], text: tuple[str, str], published: datetime) -> int:
    """Take one report in; returns its story."""
    report = read_report(*text)
    memory.learn(report)
    weights = memory.weigh(report)
    found = nearest(weights, report.names, published, stories)
    if found is None:
        stories.append(begun(len(stories), weights, published))
        return len(stories) - 1
    stories[found[0].id] = joined(found[0], weights, published)
    return found[0].id


def news(*texts: tuple[str, str], gap: timedelta = timedelta(hours=1)) -> list[int]:
    memory, stories = WordCounts(), []
    for n in range(40):  # a memory that knows which words are everybody's
        memory.learn(
            read_report(
                f"Report number {n}",
                f"The minister said on Tuesday that talk {n} was over, {'abcdefghij'[n % 10] * 5}.",
            )
        )
    return [tell(memory, stories, text, NOON + i * gap) for i, text in enumerate(texts)]


def test_two_reports_of_one_event_are_one_story_and_other_news_is_not() -> None:
    assert news(HARBOUR[0], BUDGET, HARBOUR[1]) == [0, 1, 0]


def test_endings_of_words_do_not_part_russian_reports() -> None:
    assert news(*RUSSIAN) == [0, 0]


def test_a_story_ends() -> None:
    assert news(*HARBOUR, gap=timedelta(days=5)) == [0, 1]


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=200)), max_size=8))
def test_any_text_has_a_place(texts: list[tuple[str, str]]) -> None:
    memory, stories = WordCounts(), []
    for text in texts:
        tell(memory, stories, text, NOON)
    assert sum(story.size for story in stories) == len(texts)
    assert memory.documents == len(texts)
    assert WordCounts(memory.documents, memory.stored()).stored() == memory.stored()
    for story in stories:
        assert all(weight > 0 for weight in story.centroid.values())
