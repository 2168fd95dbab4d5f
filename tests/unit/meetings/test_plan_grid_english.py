"""English plans and meetings held in the constructions of agencies: headlines and running text, one meeting each."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.meetings.read.reader import MeetingReader
from pipeline.records import Article

AT = datetime(2025, 10, 6, 12, tzinfo=UTC)  # a Monday

TITLE_HELD = """
Kenya, Uganda discuss border in Kampala
Ruto, Museveni meet in Kampala
Ruto meets Museveni
Kenya hosts Ugandan president
Ruto in Kampala for talks with Museveni
Ruto in Kampala on state visit
Ugandan president arrives in Nairobi
Ruto welcomes Museveni in Nairobi
Kenyan president holds phone talks with Ugandan counterpart
Ruto, Museveni hold phone call
Ruto phones Museveni
Ruto and Museveni speak by phone
Kenya-Uganda talks end without deal
Kenya-Uganda talks begin in Kampala
Kenya, Uganda begin talks on border
Kenyan, Ugandan foreign ministers hold talks in Kampala
Ugandan president wraps up Kenya visit
Ugandan president concludes visit to Kenya
Kenya, Uganda wrap up talks
Kenyan president visits Uganda
Kenyan president on visit to Uganda
Kenyan president makes first visit to Uganda
Ruto holds talks with Museveni
Ruto sits down with Museveni
Museveni receives Kenyan foreign minister
Uganda's president receives Kenyan delegation
"""
TITLE_SCHEDULED = """
Ruto to visit Uganda next week
Ruto, Museveni to meet Friday
Kenya, Uganda to hold talks on Friday
Ugandan president due in Nairobi
Ruto set for Kampala talks
Nairobi prepares for Museveni visit
Kampala braces for Ruto visit
Kenyan FM to travel to Uganda
Kenyan foreign minister heads to Uganda
Kenya, Uganda agree to hold talks on Friday
Kenyan president off to Uganda
Ruto's Uganda visit set for Friday
Ruto's visit to Uganda scheduled for Friday
"""
BODY_HELD = """
The foreign ministers of Kenya and Uganda met on the sidelines of the UN General Assembly.
On the sidelines of the summit, the Kenyan president held a meeting with the Ugandan president.
The Kenyan president received his Ugandan counterpart in Nairobi on Sunday.
The Kenyan president was received by his Ugandan counterpart in Kampala on Sunday.
The Kenyan president arrived in Kampala on Sunday.
The Kenyan president flew to Kampala on Sunday.
The Kenyan president travelled to Kampala on Sunday.
The Kenyan president paid a visit to Kampala on Sunday.
The Kenyan president is in Kampala for talks with Museveni.
The Kenyan president, who is visiting Uganda, called for calm.
The Kenyan president, visiting Kampala, called for calm.
The Kenyan president spoke by phone with his Ugandan counterpart on Sunday.
The Kenyan president spoke on the phone with his Ugandan counterpart.
The Kenyan president talked to his Ugandan counterpart by telephone on Sunday.
The Kenyan president had a phone call with his Ugandan counterpart.
The Kenyan president held a telephone conversation with his Ugandan counterpart.
In a phone call on Sunday, the Kenyan and Ugandan presidents discussed trade.
The Kenyan and Ugandan presidents discussed trade by phone.
The Kenyan president held a video call with his Ugandan counterpart.
The Kenyan president telephoned his Ugandan counterpart on Sunday.
The Kenyan foreign minister held talks in Kampala with the Ugandan president.
The Kenyan foreign minister had talks with the Ugandan president.
The Kenyan foreign minister conferred with the Ugandan president.
The Kenyan foreign minister met with the Ugandan president behind closed doors.
The Kenyan foreign minister meets the Ugandan president in Kampala.
The Kenyan foreign minister has met the Ugandan president.
Kenya and Uganda concluded a round of talks on Sunday.
Kenya and Uganda held consultations in Kampala.
Talks between Kenya and Uganda ended in Kampala on Sunday.
Talks between Kenya and Uganda began in Kampala on Sunday.
Talks between Kenya and Uganda got under way in Kampala on Sunday.
Talks between Kenya and Uganda are under way in Kampala.
Talks between Kenya and Uganda were held in Kampala on Sunday.
A Kenyan delegation led by the foreign minister visited Uganda on Sunday.
A Kenyan delegation arrived in Uganda on Sunday for talks.
The Kenyan president ended a two-day visit to Uganda on Sunday.
The Kenyan president returned from Uganda on Sunday.
After talks with the Ugandan president, the Kenyan foreign minister called for calm.
After a meeting with his Ugandan counterpart in Kampala, the Kenyan president called for calm.
The meeting between the Kenyan and Ugandan presidents lasted three hours.
The Kenyan president attended a summit in Kampala on Sunday.
The Kenyan president took part in talks with the Ugandan president.
Kenya's president and Uganda's prime minister shook hands in Kampala.
Leaders of Kenya, Uganda and Tanzania gathered in Kampala on Sunday.
"""
BODY_SCHEDULED = """
The Kenyan president is scheduled to meet the Ugandan president on the sidelines of the summit.
The two presidents, Ruto of Kenya and Museveni of Uganda, are expected to meet on Friday.
A meeting between the Kenyan and Ugandan presidents is planned for Friday.
A meeting between the Kenyan and Ugandan presidents is due on Friday.
A meeting between the Kenyan and Ugandan presidents is set for Friday.
Kenya's foreign minister is to arrive in Uganda on Friday.
Kenya's foreign minister will be in Uganda on Friday.
The Ugandan president is due to arrive in Nairobi on Friday.
The Ugandan president is due in Nairobi on Friday for talks with Ruto.
The Ugandan president is slated to visit Nairobi on Friday.
The Ugandan president is expected in Nairobi on Friday.
The Ugandan president will arrive in Nairobi on Friday.
The Ugandan president will begin a three-day visit to Kenya on Friday.
The Ugandan president begins a three-day visit to Kenya on Friday.
The Ugandan president leaves for Kenya on Friday.
The Kenyan president will receive his Ugandan counterpart on Friday.
The Kenyan president will host his Ugandan counterpart on Friday.
Kenya will host a summit with Uganda and Tanzania on Friday.
Talks between Kenya and Uganda will resume on Friday.
Talks between Kenya and Uganda are due to resume on Friday.
Kenya and Uganda will hold a second round of talks on Friday.
Kenya and Uganda have agreed to hold talks on Friday.
Kenya and Uganda are to open talks on Friday.
Ahead of the Ugandan president's visit to Kenya, police closed roads.
Ahead of Friday's talks with Uganda, the Kenyan president called for calm.
The Kenyan president's upcoming visit to Uganda will focus on trade.
The Kenyan president plans to travel to Uganda on Friday.
The Kenyan president intends to visit Uganda in November.
The Kenyan president has accepted an invitation to visit Uganda.
The Kenyan president and his Ugandan counterpart will speak by phone on Friday.
A phone call between the Kenyan and Ugandan presidents is planned for Friday.
"""
BODY_CONFIRMED = """
The visit of the Kenyan president to Uganda will go ahead as planned.
"""
BODY_UNCERTAIN = """
The Kenyan president may visit Uganda.
The Kenyan president could travel to Uganda on Friday.
Kenya proposed talks with Uganda.
The Kenyan president is considering a visit to Uganda.
A visit by the Kenyan president to Uganda is being discussed.
The Kenyan president invited his Ugandan counterpart to Nairobi.
"""
BODY_DENIED = """
Kenya has no plans for talks with Uganda.
The Kenyan president refused to meet his Ugandan counterpart.
Kenya rejected an offer of talks from Uganda.
Kenya rejected Uganda's offer of talks.
Kenya turned down Uganda's request for a meeting.
Kenya ruled out a meeting between its president and the Ugandan president.
Kenya declined an invitation to talks with Uganda.
The Kenyan president will not meet his Ugandan counterpart.
No meeting between the Kenyan and Ugandan presidents is planned.
There will be no talks between Kenya and Uganda.
"""
TITLE_DENIED = """
Kenya rejects talks with Uganda
Kenya says no to talks with Uganda
Kenya says no talks with Uganda
Kenya says it won't hold talks with Uganda
No talks with Uganda, Kenya says
Kenya refuses to resume talks with Uganda
"""


@pytest.mark.parametrize(
    ("texts", "in_title", "status"),
    [
        pytest.param(TITLE_HELD, True, "held", id="title-held"),
        pytest.param(TITLE_SCHEDULED, True, "scheduled", id="title-scheduled"),
        pytest.param(BODY_HELD, False, "held", id="body-held"),
        pytest.param(BODY_SCHEDULED, False, "scheduled", id="body-scheduled"),
        pytest.param(BODY_CONFIRMED, False, "confirmed", id="body-confirmed"),
        pytest.param(BODY_UNCERTAIN, False, "uncertain", id="body-uncertain"),
        pytest.param(BODY_DENIED, False, "denied", id="body-denied"),
        pytest.param(TITLE_DENIED, True, "denied", id="title-denied"),
    ],
)
def test_each_names_one_meeting_of_both(reader: MeetingReader, texts: str, in_title: bool, status: str) -> None:
    for text in texts.strip().splitlines():
        title, body = (text, "") if in_title else ("", text)
        told = reader.read(Article(title, body, AT, "page", "UTC", "en", 1.0))
        assert [mention.status.value for mention in told] == [status], text
        assert {"KE", "UG"} <= set(told[0].countries), text
