"""Words around what readers write: names of boxes, headings, buttons, and the line that heads a single comment.

A word here is never enough by itself. `ending` asks where the box is, what is above it and how much it holds.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.text.date_words import MONTH_PATTERN

_PARTS = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-zа-яçğıöşü])(?=[A-ZА-ЯÇĞİÖŞÜ])")
# Comments and nothing else are called so.
_SURE = frozenset(
    [
        "comment",
        "comments",
        "commentlist",
        "commentator",
        "usercomment",
        "usercomments",
        "disqus",
        "livefyre",
        "hypercomments",
        "cackle",
        "vuukle",
        "viafoura",
        "spotim",
        "openweb",
        "yorum",
        "yorumlar",
        "yorumu",
        "yorumları",
        "yorumlari",
        "kommentar",
        "kommentare",
        "kommentarer",
        "koment",
        "komentar",
        "komentarze",
        "leserkommentare",
        "comentario",
        "comentarios",
        "comentário",
        "comentários",
        "commentaire",
        "commentaires",
        "commenti",
        "reacties",
        "kommentarii",
        "kommentariy",
        "kommentarij",
        "комментарий",
        "комментарии",
        "комментариев",
        "talkback",
        "guestbook",
        "leserbriefe",
    ]
)
_VENDORS = re.compile(
    r"disqus|(?:^|\s)dsq-|hypercomments|vuukle|spot-?im|viafoura|livefyre|remark42|giscus|utterances|isso-thread"
    r"|coral[_-]?(?:thread|comment|talk|stream)|cackle|mc-container|vk_comments|openweb|hyvor",
    re.I,
)
# So are comments, and other things as well.
_LIKELY = frozenset(
    [
        "discussion",
        "discussions",
        "discuss",
        "reply",
        "replies",
        "respond",
        "response",
        "responses",
        "conversation",
        "conversations",
        "feedback",
        "forum",
        "opinions",
        "reactions",
        "readers",
        "reader",
        "visitors",
        "audience",
        "ugc",
        "thread",
        "threads",
        "community",
        "talk",
        "debate",
        "tartisma",
        "tartışma",
        "okur",
        "okurlar",
        "okuyucu",
        "okuyucular",
        "gorus",
        "görüş",
        "gorusler",
        "görüşler",
        "sohbet",
        "obsuzhdenie",
        "obsuzhdeniya",
        "otzyvy",
        "otzivy",
        "otzyv",
        "mneniya",
        "mnenia",
        "chitateli",
        "обсуждение",
        "обсуждения",
        "отзывы",
        "мнения",
        "читатели",
        "читателей",
        "diskussion",
        "diskussionen",
        "meinungen",
        "lesermeinungen",
        "leser",
        "debat",
        "debatte",
        "avis",
        "reactions",
        "opiniones",
        "foro",
        "letters",
        "mailbag",
        "voices",
        "usergenerated",
        "userposts",
        "replylist",
        "shoutbox",
    ]
)
# "has-comments" and "comment-count" say something of the article, not what is in the box.
_ABOUT = frozenset(
    [
        "has",
        "no",
        "with",
        "without",
        "open",
        "opened",
        "enabled",
        "disabled",
        "off",
        "closed",
        "allow",
        "allowed",
        "count",
        "counter",
        "number",
        "link",
        "icon",
        "btn",
        "button",
        "toggle",
        "teaser",
        "status",
    ]
)
_HEADING = re.compile(
    r"""^\W*(?:\d+\W+)?(?:
        (?:what|how)\b.{0,30}\b(?:readers?|users?|viewers?|visitors?|community)\b.{0,20}
            \b(?:say|said|saying|think|thought|write|wrote|tell|told|feel|react)\w*
      | (?:our\ |your\ |the\ |from\ (?:our\ |the\ )?)?
            (?:readers?|users?|viewers?|visitors?|members?)(?:['’]s?|s['’])?\s+
            (?:comments?|opinions?|views?|voices?|letters?|reactions?|respon[sd]\w*|discussions?|thoughts?|feedback|forum
              |write|say|react|talk|replies|mail)
      | (?:comments?|opinions?|views|voices|letters|reactions|responses|thoughts|feedback|replies)\ (?:from|of|by)
            \ (?:our\ |the\ )?(?:readers|users|viewers|visitors|community)
      | (?:your|have\ your)\ (?:say|comments?|opinions?|views?|thoughts?|reactions?|voice|turn)
      | (?:share|tell\ us|add|post|leave|write|send)\ (?:us\ )?(?:what\ )?(?:your|you|a)
            \ (?:thoughts?|views?|opinions?|comments?|think|reply|say)
      | (?:join|start|enter|open|view|see|show|read|follow|continue)\ (?:in\ )?(?:on\ )?(?:the\ |all\ |\d+\ )*
            (?:conversation|discussions?|debate|comments?|replies|responses)
      | (?:comments?|discussions?|replies|feedback|conversations?|talkback|the\ conversation)
            (?:\ (?:so\ far|below|section|are\ (?:open|closed)|(?:on|to)\ this\ (?:story|article|page)))?
            \W*(?:\(?\d+\)?)?\W*$
      | (?:\d+|one|two|three|four|five|no)\ (?:reader\ |user\ )?
            (?:comments?|replies|reply|responses?|reactions?|opinions?|thoughts?)\b.{0,40}$
      | (?:and\ )?(?:what|how)\ (?:do|would)\ you\b.{0,30}\?$ | (?:do\ you\ agree|over\ to\ you)\b.{0,30}$
      | (?:а\ )?(?:как|что)\ (?:вы|ты)\b.{0,30}\?$ | а\ (?:вы|ты)\b.{0,30}\?$ | (?:вы\ )?согласны\b.{0,20}\?$
      | .{0,20}\bne\ (?:düşün|ders|diyor)\w*(?:\ musunuz)?\W*$
      | (?:мнени[ея]|отзыв\w*|комментари\w*|обсуждени[ея])\W*(?:\(?\d+\)?)?\W*$
      | (?:мнени[ея]|отзыв\w*|комментари\w*|письма|обсуждени[ея]|реакци[яи]|вопросы|голоса)\s+(?:наших\ |от\ )?
            (?:читател\w*|пользовател\w*|посетител\w*|зрител\w*|подписчик\w*)\W*(?:\(?\d+\)?)?\W*$
      | (?:мнени[ея]|отзыв\w*|комментари\w*|обсуждени[ея])\ (?:к|о)\ (?:статье|новости|записи|материал\w*).{0,20}$
      | (?:что|как)\ .{0,25}(?:читател\w*|пользовател\w*|зрител\w*)\b.{0,25}$
      | (?:наши\ )?читатели\ (?:пишут|говорят|считают|думают|комментируют|о\b|об\b).{0,30}$
      | (?:ваш[еиу]?)\ (?:мнени\w*|комментари\w*|отзыв\w*|слово|реакци\w*).{0,20}$
      | (?:обсудить|обсуждаем|комментируют|высказаться|присоединяйтесь\ к\ обсуждению|написать\ отзыв).{0,30}$
      | \d+\ (?:комментари\w*|отзыв\w*|отклик\w*|ответ\w*|мнени\w*|реакци\w*|сообщени\w*)\b.{0,30}$
      | (?:okur|okuyucu|kullanıcı|ziyaretçi|izleyici|üye)(?:lar|ler)?(?:ımız|imiz|umuz)?(?:ın|in|un|dan|den)?\s+
            (?:gelen(?:ler)?|yorum\w*|görüş\w*|mektup\w*|tepki\w*|ne\ d\w+|diyor\w*|düşün\w*|yaz\w*)
      | siz\ (?:ne\ d\w+|de\ (?:yaz|yorum|katıl)\w*).{0,30}$ | sizce\b.{0,40}\?$
      | (?:sizin\ (?:yorum|görüş)\w*|sizden\ gelen\w*).{0,20}$
      | (?:yorum\w*|tartışma(?:lar)?|cevaplar|yanıtlar)\W*(?:\(?\d+\)?)?\W*$
      | \d+\ (?:okur\ |kullanıcı\ )?(?:yorum|görüş|cevap|yanıt|tepki)\w*.{0,30}$
      | (?:tartışmaya|sohbete|yoruma)\ katıl\w*.{0,30}$ | (?:fikrini|görüşünü|düşünceni|yorumunu)\w*\ \w+.{0,30}$
      | (?:leser|nutzer)?(?:kommentare|meinungen|briefe|stimmen|zuschriften)\W*(?:\(?\d+\)?)?\W*$
      | (?:diskussion|ihre\ meinung|was\ (?:unsere\ )?leser\ sagen).{0,20}$
      | (?:commentaires|vos\ (?:réactions|commentaires|avis)|réactions)\W*(?:\(?\d+\)?)?\W*$
      | (?:comentarios|opiniones|tu\ opinión|comentários|commenti)\W*(?:\(?\d+\)?)?\W*$
    )""",
    re.I | re.X,
)
_CONTROL = re.compile(
    r"^\W*(?:reply|replies|respond|answer|write\s+back|report(?:\s+(?:abuse|comment))?|flag|quote|upvote|downvote|post\s+(?:comment|reply)"
    r"|(?:написать\s+)?ответ|ответить(?:\s+автору)?|пожаловаться|цитировать"
    r"|cevapla|(?:cevap|karşılık|yanıt)\s+(?:ver|yaz)|yanıtla|şikayet(?:\s+et)?|alıntıla|yorumu\s+gönder"
    r"|antworten|melden|répondre|signaler|responder|rispondi)\W*(?:\(?\d+\)?)?\W*$",
    re.I,
)
_LIKE = re.compile(
    r"^\W*(?:\d+\W*)?(?:like|likes|dislike|thumbs?\s+up|agree|beğen(?:di)?|katılıyorum|нравится|не\s+нравится|лайк|gefällt\s+mir|j'aime"
    r"|me\s+gusta|[👍👎❤♥▲▼]+)\W*(?:\(?\d+\)?)?\W*$",
    re.I,
)
_APPLAUSE = re.compile(r"^[\W\d]*[👍👎❤♥▲▼][\W\d]*$")
_AGO = (
    r"(?:(?:\d+|an?|one)\s*(?:s|sec(?:ond)?s?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|months?|years?)\s+ago"
    r"|just\s+now|yesterday|\d+\s*(?:sn|saniye|dk|dakika|sa|saat|gün|hafta|ay|yıl)\s+önce|az\s+önce|dün"
    r"|(?:\d+\s+)?(?:сек\w*|мин\w*|час\w*|дн\w*|день|недел\w*|месяц\w*|год\w*|лет)\s+назад|только\s+что|вчера"
    r"|vor\s+\d+\s+\w+|il\s+y\s+a\s+\d+\s+\w+|hace\s+\d+\s+\w+)"
)
_CLOCK = (
    rf"(?:(?:\d{{1,2}}[./-]\d{{1,2}}[./-](?:\d{{4}}|\d{{2}})|\d{{1,2}}\s+(?:{MONTH_PATTERN})\.?(?:\s+\d{{4}})?"
    rf"|(?:{MONTH_PATTERN})\s+\d{{1,2}}(?:,?\s+\d{{4}})?)(?:\W{{1,4}}(?:at\s+|saat\s+|в\s+)?\d{{1,2}}[:.]\d{{2}})?"
    r"|\d{1,2}:\d{2})"
)
_TIME_WORD = re.compile(r"\d[.:/ -]|\bago\b|önce|назад|yesterday|just now|dün|вчера|только что", re.I)
_NICK = r"[@#]?[^\W\d_][\w.'’-]{1,24}(?:\s[^\W\d][\w.'’-]{0,19}){0,2}"
_STAMP = re.compile(
    rf"^\W*(?:(?P<before>{_NICK})[\s·•|,:–—(/-]{{0,4}}(?:says:?|said|wrote|yazdı|dedi|пишет|написал\w*)?[\s·•|,:–—(/-]{{0,4}}(?P<when>{_AGO}|{_CLOCK})"
    rf"|(?P<when2>{_AGO}|{_CLOCK})[\s·•|,:–—)/-]{{1,4}}(?P<behind>{_NICK}))\W*$",
    re.I,
)
_NO_NICK = re.compile(
    r"\b(?:updat\w*|publish\w*|posted|edit\w*|correct\w*|last|by|photo|source|from|on|at|in|the|read|added|modified|created|report\w*|author"
    r"|обновл\w*|опубликов\w*|добавл\w*|изменен\w*|фото|источник|автор|редак\w*|текст"
    r"|güncelle\w*|yayın\w*|eklen\w*|giriş|son|haber|kaynak|foto\w*|tarih\w*|saat|muhabir|editör|aktualisiert|stand|von|uhr|le|à|publié|el)\b",
    re.I,
)


def names_readers(name: str) -> str:
    """What the name of a box says: "sure" or "likely" that readers speak in it, or ""."""
    said = {_names_readers(part) for part in name.split()}
    return "" if "about" in said else "sure" if "sure" in said else "likely" if "likely" in said else ""


@lru_cache(maxsize=20_000)  # the names of a site differ, the words in them hardly
def _names_readers(part: str) -> str:
    parts = [word.lower() for word in _PARTS.findall(_CAMEL.sub(" ", part))]
    if not _ABOUT.isdisjoint(parts):
        return "about"
    if not _SURE.isdisjoint(parts) or _VENDORS.search(part):
        return "sure"
    return "" if _LIKELY.isdisjoint(parts) else "likely"


def heads_readers(line: str) -> bool:
    """Whether a short line is the heading of readers' comments."""
    return 2 < len(line) <= 80 and bool(_HEADING.match(line)) and not line.rstrip().endswith(("…", ",", ";"))


def is_reply_control(text: str) -> bool:
    """Whether a button or link answers, reports or quotes a reader."""
    return len(text) <= 30 and bool(_CONTROL.match(text))


def is_like_control(text: str) -> bool:
    """Whether a button or link is a "like"."""
    return len(text) <= 30 and bool(_LIKE.match(text))


def is_applause(text: str) -> bool:
    """Whether a line is nothing but signs of applause and their counts: "👍 12 👎 3"."""
    return len(text) <= 30 and bool(_APPLAUSE.match(text))


def is_comment_stamp(line: str) -> str:
    """Who a comment is by, where a line is a name and a time and nothing else; "" for any other line."""
    if not 4 < len(line) <= 80 or not _TIME_WORD.search(line) or not (found := _STAMP.match(line)):
        return ""
    nick = found["before"] or found["behind"] or ""
    return "" if _NO_NICK.search(nick) else nick
