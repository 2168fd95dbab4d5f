"""Sentences that are easy to get wrong, written for these tests. Published on Monday, 6 October 2025."""

from __future__ import annotations

import pytest

from pipeline.records import MeetingMention, MeetingStatus

CHANGED = {MeetingStatus.POSTPONED, MeetingStatus.RESCHEDULED, MeetingStatus.CANCELLED}

# What each sentence says: "status sides date <old date", sides sorted; "" where it says nothing of a meeting.
PLANS = [
    ("Russian Foreign Minister Ivan Orlov will visit Turkey on October 10.", "scheduled RU TR 2025-10-10"),
    ("Russian Deputy Prime Minister Arkady Belov will travel to Ankara on Friday.", "scheduled RU TR 2025-10-10"),
    ("Turkey's president is set to host the Russian president in Ankara next week.",
     "scheduled RU TR [2025-10-13..2025-10-19]"),
    ("The foreign ministers of Armenia and Azerbaijan will meet in Tbilisi on 14 October.",
     "scheduled AM AZ 2025-10-14"),
    ("Turkish Trade Minister Selim Aksoy plans to visit Moscow on 9-11 October.",
     "scheduled RU TR 2025-10-09/2025-10-11"),
    ("Iran and Turkey will hold talks in Istanbul later this month.", "scheduled IR TR [2025-10-06..2025-10-31]"),
    ("Talks between Russia and Ukraine are scheduled for October 20 in Istanbul.", "scheduled RU UA 2025-10-20"),
    ("Polish Foreign Minister Jan Kowal is due in Berlin on Wednesday.", "scheduled DE PL 2025-10-08"),
    ("The meeting between the Greek and Turkish leaders will take place in Athens in November.",
     "scheduled GR TR 2025-11"),
    ("On May 15, Turkish Foreign Minister Kemal Arda will visit Cairo.", "scheduled EG TR 2026-05-15"),
    ("Selim Aksoy, Turkey's trade minister, will visit Moscow on Friday.", "scheduled RU TR 2025-10-10"),
    ("Borko, who is Serbian foreign minister, said Serbian President Milan Vidak will visit Turkey on Tuesday.",
     "scheduled RS TR 2025-10-07"),
    ("Russian Foreign Minister Ivan Orlov, who will visit Turkey on Friday, spoke to reporters.",
     "scheduled RU TR 2025-10-10"),
    ("Russia's defence and foreign ministers will travel to Turkey on Sunday.", "scheduled RU TR 2025-10-12"),
    ("Turkish Trade Minister Selim Aksoy is planning a rare winter trip to Moscow on Friday.",
     "scheduled RU TR 2025-10-10"),
    ("Grain will come up when Russian President Oleg Gromov meets Turkish President Kaan Demirel on Thursday.",
     "scheduled RU TR 2025-10-09"),
    ("Wednesday's meeting between the Russian and Turkish presidents in Sochi comes at a bad time.",
     "scheduled RU TR 2025-10-08"),
    ("Russian President Oleg Gromov is planning to attend a summit in Turkey next month.",
     "scheduled RU TR 2025-11"),
    ("Russian President Oleg Gromov made his way to a summit with Turkish President Kaan Demirel.", "scheduled RU TR"),
    ("The trip of Turkish Trade Minister Selim Aksoy was long in doubt: he will visit Moscow on Friday.",
     "scheduled RU TR 2025-10-10"),
]  # fmt: skip

REPORTING = [
    ("Turkish Trade Minister Selim Aksoy will visit Moscow, the ministry said on Saturday.", "scheduled RU TR"),
    ("Turkish Trade Minister Selim Aksoy will visit Moscow on Friday, the ministry said on Sunday.",
     "scheduled RU TR 2025-10-10"),
    ("On Sunday, the ministry announced that Turkish Trade Minister Selim Aksoy will visit Moscow.",
     "scheduled RU TR"),
    ("Russia's president will visit Ankara on October 14, Kremlin spokesman Pavel Lisin told reporters on Monday.",
     "scheduled RU TR 2025-10-14"),
]  # fmt: skip

CHANGES = [
    ("The visit of Russian Foreign Minister Ivan Orlov to Turkey planned for October 10 has been postponed.",
     "postponed RU TR <2025-10-10"),
    ("Russian Foreign Minister Ivan Orlov postponed his visit to Turkey.", "postponed RU TR"),
    ("Turkish Trade Minister Selim Aksoy has put off a trip to Moscow until November.",
     "rescheduled RU TR 2025-11"),
    ("The talks between Iran and Turkey were rescheduled from October 9 to October 16.",
     "rescheduled IR TR 2025-10-16 <2025-10-09"),
    ("The meeting of the Russian and Turkish presidents was moved from October 14 to October 21.",
     "rescheduled RU TR 2025-10-21 <2025-10-14"),
    ("Turkey cancelled a visit by Greek Defence Minister Nikos Petras scheduled for October 9.",
     "cancelled GR TR 2025-10-09"),
    ("Turkish Trade Minister Selim Aksoy called off his trip to Moscow.", "cancelled RU TR"),
    ("Russian Foreign Minister Ivan Orlov will not visit Turkey on Friday.", "cancelled RU TR 2025-10-10"),
    ("The talks between Russia and Turkey in Kazan will not take place.", "cancelled RU TR"),
    ("Ankara and Athens scrapped plans for a meeting between the Greek and Turkish foreign ministers.",
     "cancelled GR TR"),
    ("The visit of Turkish Trade Minister Selim Aksoy to Moscow was cancelled and a new date will be set later.",
     "postponed RU TR"),
    ("The visit of Russian Foreign Minister Ivan Orlov to Turkey fell through.", "cancelled RU TR"),
    ("Turkish President Kaan Demirel cancelled a meeting with Russian President Oleg Gromov on Monday.",
     "cancelled RU TR"),
    ("The talks that Russian Foreign Minister Ivan Orlov was to hold in Istanbul on Friday have been postponed, a Turkish "
     "official said.", "postponed RU TR <2025-10-10"),
]  # fmt: skip

NO_CHANGE = [  # what must never raise an alert
    "The visit of Russian Foreign Minister Ivan Orlov to Turkey was not postponed.",
    "The Kremlin denied reports that the visit of Russian Foreign Minister Ivan Orlov to Turkey had been cancelled.",
    "The talks between Russia and Turkey will not be postponed, the ministry said.",
    "Turkish Trade Minister Selim Aksoy may cancel his visit to Moscow if the tariffs stay.",
    "Turkey threatened to cancel a visit by Greek Defence Minister Nikos Petras.",
    "Turkish President Kaan Demirel is considering postponing his trip to Moscow.",
    "Lawmakers urged Turkish President Kaan Demirel to cancel his visit to Moscow.",
    "The summit between Russia and Turkey could be delayed, a diplomat warned.",
    "Last year Turkish President Kaan Demirel cancelled a visit to Moscow.",
    "Turkish President Kaan Demirel had cancelled a visit to Moscow in 2016.",
    "Russian Foreign Minister Ivan Orlov cancelled a press conference after talks with Turkish Foreign Minister "
    "Kemal Arda.",
    "The signing ceremony during the visit of Turkish President Kaan Demirel to Moscow was postponed.",
    "A working lunch at the meeting of the Russian and Turkish presidents was cancelled.",
    "Turkish Airlines cancelled flights to Moscow ahead of the visit of Russian President Oleg Gromov to Ankara.",
    "The concert planned for the visit of Russian President Oleg Gromov to Turkey was cancelled.",
    "The football friendly between Turkey and Russia has been cancelled after heavy rain.",
    "Russia postponed the launch of a rocket after talks with Turkey.",
    "Turkey delayed a vote on the bill before the visit of Swedish Prime Minister Lars Holm.",
    "Russian President Oleg Gromov cancelled a decree on visas for Turkey.",
    "The city council meeting in Moscow was cancelled.",
    "The peace talks between Russia and Ukraine failed to produce a deal.",
    "Russian President Oleg Gromov will attend the postponed summit with Turkish President Kaan Demirel in Ankara.",
    "After cancelling a trip to Ankara in spring, Russian President Oleg Gromov arrived in Turkey on Monday.",
    "Turkey ruled out cancelling the meeting with Russian Foreign Minister Ivan Orlov.",
    "Turkish President Kaan Demirel refused to cancel a meeting with Russian President Oleg Gromov.",
    "The concert tour of Russia and Turkey was postponed.",
    "The cancellation of sanctions was discussed by Russia and Turkey during the talks.",
    "Analysts asked whether Russia and Turkey would postpone a lunch or the talks.",
    "If Turkey cancels the meeting with Russian Foreign Minister Ivan Orlov, Moscow will answer.",
    "The visit of Turkish Trade Minister Selim Aksoy goes on. The cancelled Aksoy-Orlov lunch was no loss for Russia.",
    "The talks that Russian Foreign Minister Ivan Orlov was to hold in Istanbul on Friday will go ahead.",
    "Turkish President Kaan Demirel threatened to boycott next month's summit in Russia.",
    "The election in Turkey was postponed, and Russian President Oleg Gromov will visit Ankara next month.",
]

OTHER = [
    ("Russian Foreign Minister Ivan Orlov met Turkish Foreign Minister Kemal Arda in Ankara on Friday.",
     "held RU TR 2025-10-03"),
    ("Russian President Oleg Gromov held talks with Turkish President Kaan Demirel in Sochi.", "held RU TR"),
    ("Russian Foreign Minister Ivan Orlov spoke by phone with Turkish Foreign Minister Kemal Arda on Sunday.",
     "held RU TR 2025-10-05"),
    ("Russian President Oleg Gromov may visit Turkey next month.", "uncertain RU TR 2025-11"),
    ("The Kremlin confirmed the visit of Turkish President Kaan Demirel to Moscow.", "confirmed RU TR"),
    ("A meeting between the Russian and Turkish presidents is not planned.", "denied RU TR"),
    ("Moscow would answer if Turkish President Kaan Demirel visits Ukraine.", "uncertain TR UA"),
    ("Russian President Oleg Gromov and Turkish President Kaan Demirel will meet when the texts are ready.",
     "uncertain RU TR"),
    ("Turkish Foreign Minister Kemal Arda met Russian Foreign Minister Ivan Orlov for Israel-Syria talks.",
     "held RU TR"),
    ("There are no plans for a meeting between Russian President Oleg Gromov and Turkish President Kaan Demirel.",
     "denied RU TR"),
]  # fmt: skip


def told(mention: MeetingMention) -> str:
    """A mention as one line: status, sides, date, old date."""
    words = [mention.status.value, *mention.countries]
    words += [mention.when.edtf] if mention.when else []
    words += [f"<{mention.previous_when.edtf}"] if mention.previous_when else []
    return " ".join(words)


@pytest.mark.parametrize(("sentence", "expected"), PLANS + REPORTING + CHANGES + OTHER)
def test_sentence(read, sentence: str, expected: str) -> None:
    assert [told(mention) for mention in read(sentence)] == [expected]


NOT_PLANNED = [
    "Markets fell after Monday's meeting between the Russian and Turkish presidents.",
    "Sunday's meeting between the Russian and Turkish presidents brought nothing.",
    "Russian President Oleg Gromov denied a new deal after a meeting with Turkish President Kaan Demirel.",
    "Russia and Turkey look back at the summit in Kazan.",
]


@pytest.mark.parametrize("sentence", NOT_PLANNED)
def test_no_plan_is_heard(read, sentence: str) -> None:
    statuses = {mention.status for mention in read(sentence)}
    assert not statuses & {MeetingStatus.SCHEDULED, MeetingStatus.DENIED, *CHANGED}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Russian, Turkish presidents' meeting on Thursday", "scheduled RU TR 2025-10-09"),
        ("Russia warns of delays after Turkish minister's visit in September", None),
    ],
)
def test_headline_without_a_verb(read, title: str, expected: str | None) -> None:
    assert [told(mention) for mention in read("", title=title)] == ([expected] if expected else [])


@pytest.mark.parametrize("sentence", NO_CHANGE)
def test_no_change_is_heard(read, sentence: str) -> None:
    assert not [told(mention) for mention in read(sentence) if mention.status in CHANGED]
