"""Lines that promise more and lines that only tell the time, in three languages, by config/refetch.yml."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pipeline.configuration.folder import read_yaml
from pipeline.settings import CHECKOUT
from pipeline.text.notices import ClockWords, NoticeRules, Notices

NOTICES = Notices(read_yaml(CHECKOUT / "config", "refetch.yml", NoticeRules))
REPORT = "The ministers met at the harbour office.\nThey spoke for an hour.\nNobody answered questions."


@pytest.mark.parametrize(
    "line",
    [
        "This is a developing story. Check back for updates.",
        "(More details to follow)",
        "DEVELOPING STORY: this page will be updated",
        "Новость дополняется.",
        "Материал будет обновлён по мере поступления сведений.",
        "Подробности позднее",
        "AYRINTILAR GELİYOR...",
        "Ayrıntılar geliyor",
        "Haber güncelleniyor",
        "Gelişmeler aktarılmaya devam ediyor",
    ],
)
def test_a_promise_of_more_is_seen_at_either_end_and_in_the_headline(line: str) -> None:
    assert NOTICES.promises_more("Talks in Izmir", f"{line}\n{REPORT}")
    assert NOTICES.promises_more("Talks in Izmir", f"{REPORT}\n{line}")
    assert NOTICES.promises_more(line, REPORT)


@pytest.mark.parametrize(
    "line",
    [
        "The developing countries of the region asked for more story-telling in schools.",
        "The list of ports will be updated in June, the ministry said.",
        "В программе дополняется раздел о туризме.",
        "Bakanlık ayrıntıları açıkladı.",
    ],
)
def test_other_sentences_promise_nothing(line: str) -> None:
    assert not NOTICES.promises_more("Talks in Izmir", f"{line}\n{REPORT}")


def test_a_promise_in_the_middle_of_a_long_text_is_about_something_else() -> None:
    assert not NOTICES.promises_more("t", f"{REPORT}\nThis is a developing story.\n{REPORT}")


@pytest.mark.parametrize(
    "line",
    [
        "Updated 3 minutes ago",
        "Last updated on Tue 6 May 2031 at 14:32 GMT",
        "Published: 06.05.2031 - 14:32",
        "5 min read",
        "1,234 views",
        "Обновлено 06 мая 2031, 14:32",
        "Опубликовано: сегодня в 14:32 мск",
        "Просмотров: 532",
        "Son güncelleme: 6 Mayıs 2031 Salı 14:32",
        "GÜNCELLEME TARİHİ: 06.05.2031 14:32",
        "Okunma: 1.532",
    ],
)
def test_lines_that_only_tell_the_time_are_left_out_of_the_comparison(line: str) -> None:
    assert NOTICES.without_clock(f"{line}\n{REPORT}") == REPORT


@pytest.mark.parametrize(
    "line",
    [
        "Date: 14 May 2031",
        "14 May",
        "15:00",
        "Talks today at 14:00",
        "The visit planned for 14 May was published on the ministry's page.",
        "Переговоры 14 мая",
        "Görüşme 14 Mayıs Çarşamba",
        "Ayın 14'ünde görüşme",
    ],
)
def test_lines_that_state_a_day_of_something_stay(line: str) -> None:
    assert NOTICES.without_clock(f"{line}\n{REPORT}") == f"{line}\n{REPORT}"


@pytest.mark.parametrize("phrase", ["", "*", "de*veloping story", "..."])
def test_a_phrase_that_cannot_match_is_refused(phrase: str) -> None:
    with pytest.raises(ValidationError):
        NoticeRules(developing={"en": [phrase]}, clock={})


def test_a_clock_word_is_one_word() -> None:
    with pytest.raises(ValidationError, match="expected one word"):
        ClockWords(labels=["last update"])


def test_without_rules_nothing_matches() -> None:
    nothing = Notices(NoticeRules(developing={}, clock={}))
    assert not nothing.promises_more("developing story", "")
    assert nothing.without_clock("Updated 14:32") == "Updated 14:32"
