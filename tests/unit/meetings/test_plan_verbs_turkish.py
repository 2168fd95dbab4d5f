"""Turkish verbs of travelling, meeting and hosting: what each form says, and the words behind it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.meetings.read.reader import MeetingReader
from pipeline.records import Article

AT = datetime(2025, 10, 6, 12, tzinfo=UTC)  # a Monday


def read(reader: MeetingReader, text: str) -> list[str]:
    title, _, body = text.rpartition(" || ")
    article = Article(title, body, AT, "page", "UTC", "tr", 1.0)
    return [mention.status.value for mention in reader.read(article)]


@pytest.mark.parametrize(
    ("verb", "status"),
    [
        ("Varşova'yı ziyaret edecek", "scheduled"),
        ("Varşova'ya gidecek", "scheduled"),
        ("Varşova'ya gidiyor", "scheduled"),
        ("Varşova'ya gitmesi bekleniyor", "scheduled"),
        ("Varşova'yı ziyaret etmeyi planlıyor", "scheduled"),
        ("Varşova'yı ziyaret edeceğini açıkladı", "scheduled"),
        ("cuma günü Varşova'da olacak", "scheduled"),
        ("Varşova'yı ziyaret edebilir", "uncertain"),
        ("Varşova'ya gitmesi gündemde", "uncertain"),
        ("Varşova'ya gitmek istiyor", "uncertain"),
        ("Varşova'ya gidip gitmeyeceği belli değil", "uncertain"),
        ("Varşova'ya gitmeyecek", "cancelled"),
        ("Varşova'ya gidemeyecek", "cancelled"),
        ("Varşova'ya gitmeme kararı aldı", "cancelled"),
        ("Varşova'ya gitti", "held"),
        ("Varşova'yı ziyaret etti", "held"),
        ("Varşova'da temaslarda bulundu", "held"),
        ("Varşova'ya geldiği bildirildi", "held"),
    ],
)
def test_the_form_of_a_verb_of_travel(reader: MeetingReader, verb: str, status: str) -> None:
    assert read(reader, f"Litvanya Cumhurbaşkanı {verb}.") == [status]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Kenya ve Uganda dışişleri bakanları Nairobi'de görüşecek.", "scheduled"),
        ("Kenya ve Uganda liderlerinin bir araya gelmesi bekleniyor.", "scheduled"),
        ("Kenya Cumhurbaşkanı, Uganda Cumhurbaşkanı'nı cuma günü Nairobi'de ağırlayacak.", "scheduled"),
        ("Kenya ile Uganda arasındaki görüşmeler cuma günü başlayacak.", "scheduled"),
        ("Kenya ile Uganda arasında yapılması planlanan zirve Nairobi'de.", "scheduled"),
        ("Kenya ve Uganda liderleri görüşebilir.", "uncertain"),
        ("Kenya Cumhurbaşkanı, Uganda Cumhurbaşkanı ile görüşmeyecek.", "denied"),
        ("Kenya Cumhurbaşkanı, Uganda Cumhurbaşkanı ile görüşmeyi reddetti.", "denied"),
        ("Kenya Cumhurbaşkanı, Uganda Cumhurbaşkanı ile görüştü.", "held"),
        ("Kenya ve Uganda dışişleri bakanları telefonda görüştü.", "held"),
        ("Kenya ile Uganda arasındaki zirve Nairobi'de yapıldı.", "held"),
        ("Kenya Cumhurbaşkanı, Uganda Başbakanı'nı kabul etti.", "held"),
        ("Kenya-Uganda zirvesi öncesi güvenlik önlemi || ", "scheduled"),
        ("Kenya-Uganda zirvesinde kriz || ", "held"),
    ],
)
def test_meetings_hosts_and_talks(reader: MeetingReader, text: str, status: str) -> None:
    assert read(reader, text) == [status]


@pytest.mark.parametrize(
    "text",
    [
        "Kenya parlamentosu, Uganda raporunu kabul etti.",
        "Bu söz, Kenya'nın Uganda'dan vazgeçtiği anlamına gelmeyecek.",
        "Kenya, Uganda'nın görüşme masası önerisini inceliyor.",
        "Kenya heyeti henüz Uganda'ya gelmedi.",
        "Kenya ile Uganda gelecek hafta yeni gümrük oranlarını açıklayacak.",
    ],
)
def test_what_only_looks_alike(reader: MeetingReader, text: str) -> None:
    assert read(reader, text) == []


def test_who_goes_where_is_kept_with_the_day(reader: MeetingReader) -> None:
    text = "Litvanya Cumhurbaşkanı 14 Ekim'de Varşova'ya gelecek."
    (mention,) = reader.read(Article("", text, AT, "page", "UTC", "tr", 1.0))
    assert mention.when is not None
    assert mention.when.edtf == "2025-10-14"
    assert set(mention.countries) == {"LT", "PL"}
