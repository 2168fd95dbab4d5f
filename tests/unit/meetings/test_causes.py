"""Who called a meeting off, and why: only where the clause of the change says so."""

from __future__ import annotations

import pytest

TOLD = [
    (
        "en", "Turkey cancelled a visit by Russia's defence minister because of a protest in Ankara.",
        "cty:TR", "because of a protest in Ankara",
    ),
    ("en", "Sergei Lavrov has postponed his visit to Turkey due to illness, the ministry said.",
     "per:ru.lavrov", "due to illness"),
    ("en", "Lavrov's visit to Turkey was called off by Ankara at short notice.", "cty:TR", ""),
    ("en", "Talks between Russia and Turkey were postponed at the request of Ankara.", "cty:TR", ""),
    ("en", "Lavrov's visit to Turkey was postponed, the Turkish ministry said.", "", ""),
    ("en", "Talks between Russia and Turkey were cancelled amid a dispute over gas prices.",
     "", "amid a dispute over gas prices"),
    ("ru", "Анкара отменила визит министра обороны России в Турцию из-за демонстрации.", "cty:TR", "из-за демонстрации"),
    ("ru", "Визит Лаврова в Турцию перенесен по просьбе Анкары.", "cty:TR", ""),
    ("ru", "Визит Лаврова в Анкару отменен турецкой стороной в связи с болезнью министра, сообщил источник.",
     "cty:TR", "в связи с болезнью министра"),
    ("ru", "Визит Лаврова в Турцию отменен, заявил Песков.", "", ""),
    ("tr", "Rusya Dışişleri Bakanı Lavrov, Türkiye ziyaretini hastalık nedeniyle iptal etti.",
     "per:ru.lavrov", "hastalık nedeniyle"),
    ("tr", "Lavrov'un Türkiye ziyareti hava koşulları nedeniyle ertelendi.", "", "hava koşulları nedeniyle"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "initiator", "reason"), TOLD)
def test_the_initiator_and_the_reason(read, language: str, text: str, initiator: str, reason: str) -> None:
    (mention,) = read(text, language=language)
    assert (mention.initiator, mention.reason) == (initiator, reason)


def test_a_plan_has_neither(read) -> None:
    (mention,) = read("Lavrov will visit Turkey on Friday at the request of Ankara because of a dispute.")
    assert (mention.initiator, mention.reason) == ("", "")


def test_each_fact_points_at_the_sentence_that_states_it(read) -> None:
    body = (
        "Russian Foreign Minister Sergei Lavrov will visit Turkey. The talks will take place on Friday, the ministry "
        "said. Reporters were told of it in the evening."
    )
    (mention,) = read(body)
    said = {fact: body[span.start : span.end] for fact, span in mention.stated}
    assert mention.when is not None
    assert mention.place is not None
    weekday = f"{mention.when.earliest:%A}"
    assert weekday in said.get("date", mention.quote.text)
    assert mention.place.name in said.get("place", mention.quote.text)
    assert "Lavrov" in said.get("per:ru.lavrov", mention.quote.text)
    assert said, "one sentence does not state it all"
