"""Words around articles in English, Russian and Turkish: "read also", "follow us", "all rights reserved".

A phrase counts only where a line begins with it or is nothing else, and lines that read like sentences of an
article are kept: the same words inside a sentence mean nothing.
"""

from __future__ import annotations

import re

LONGEST_INSERT = 300  # an invitation is a line, not a paragraph

_READ_ALSO = re.compile(
    r"""^\W*(?:
        (?:read|see|watch|listen|also|more)\b\W*(?:more|also|next|too|on|read|here|now|from|about|stories
           |news|this|to)?\W*
            (?::|\||\b(?:stories|coverage|on\ this|from\ us|about)\b)
      | (?:related|recommended|further\ reading|more\ on\ this|most\ (?:read|popular)
         |editors?['’]s?\ (?:picks?|choice)
         |you\ (?:may|might)\ (?:also\ )?(?:like|be\ interested)|don['’]t\ miss|in\ case\ you\ missed|trending
         |sponsored|promoted|advertisement|what\ to\ read\ next|keep\ reading|story\ continues
            |article\ continues)\b
      | (?:читайте|смотрите|читать|смотреть|слушайте)\s+(?:также|ещ[её]|далее|подробнее|по\ теме|нас)
      | (?:по\ теме|материалы\ по\ теме|похожие\ (?:новости|материалы)|другие\ новости|новости\ по\ теме
         |ещё\ по\ теме
         |вам\ может\ быть\ интересно|рекомендуем|самое\ (?:читаемое|интересное|популярное)|главное\ сегодня
            |подробнее|сюжет(?:ы)?
         |новости\ партн[её]ров|реклама|статьи\ по\ теме|(?:не\ пропустите)|выбор\ редакции)\s*(?:$|:|\||»|→)
      | (?:ilgili\ (?:haber|içerik|konu|yazı)(?:ler|lar)?|benzer\ haber(?:ler)?|diğer\ haberler|önerilen(?:ler)?
         |en\ çok\ okunan(?:lar)?|editörün\ seçtikleri|günün\ öne\ çıkanları|reklam|haberin\ devamı
            |sıradaki\ haber)\s*(?:$|:|\||»|→)
      | (?:bunlar\ da\ |bu\ haber\ (?:de\ )?)?ilginizi\ çekebilir
      | (?:bunu|şunu|bunları)\ da\ oku(?:yun)? | ayrıca\ (?:bakınız|okuyun|bkz) | okumaya\ devam | devamını\ oku
    )""",
    re.I | re.X,
)
# Headings of lists that are nothing else; inside a longer line they mean nothing.
_OTHERS = re.compile(
    r"^\W*(?:earlier(?:\ (?:on\ this|stories|today|news))?|previously"
    r"|more\ (?:news|stories|headlines)|other\ (?:news|stories)"
    r"|in\ other\ news|latest(?:\ (?:news|stories|headlines))?|top\ stories"
    r"|from\ (?:the|our)\ archives?|background\ reading"
    r"|you\ (?:may|might)\ have\ missed|see\ also|read\ also"
    r"|(?:возможно,?\ )?вы\ (?:могли\ пропустить|пропустили)|ранее(?:\ по\ теме)?"
    r"|ещё\ новости|читать\ ещё|другие\ материалы"
    r"|последние\ новости|новости\ дня|лента\ новостей|daha\ önce|önceki\ haberler|son\ haberler|günün\ haberleri"
    r"|(?:bunları\ )?kaçırmış\ olabilirsiniz|gözünüzden\ kaç\w+|son\ dakika\ haberleri"
    r"|diğer\ haberler|öne\ çıkanlar)\W*$",
    re.I,
)
_INVITATION = re.compile(
    r"""^\W*(?:
        (?:please\ )?(?:sign\ up|subscribe|register)\b(?!\w).{0,120}(?:newsletter|e-?mails?|inbox|alerts?
           |channel|updates?|podcast|free|today|now|here|stories)
      | (?:get|receive)\ .{0,80}\b(?:in|to|into|straight\ to)\ your\ (?:inbox|e-?mail)
      | (?:follow|like|join|find|connect\ with|contact|reach)\ (?:us|me|our|@\w+|\w+(?:\ \w+){0,3}\ on\b).{0,120}
      | (?:share|tweet|e-?mail|print|save|copy\ (?:the\ )?link)(?:\ (?:this|on|via)\b.{0,60})?$
      | (?:click|tap)\ here\b | download\ (?:our|the)\ .{0,30}\bapp\b
         | this\ (?:article|story)\ (?:originally|first)\ appeared
      | (?:get|stay)\ in\ touch\b.{0,100} | for\ (?:more|the\ latest)\b.{0,120}\b(?:check|visit|follow|sign
         |click|subscribe)\b
      | (?:want|would\ you\ like)\ to\ (?:comment|read\ more|get)\b
         | (?:do\ you\ )?have\ (?:a|any)\ (?:story|tip|news)\b
      | (?:support|help)\ (?:our|independent|us)\b.{0,100}(?:journalism|donat|subscri)
      | подпи(?:шитесь|сывайтесь|саться|шись)\b.{0,160} | читайте\ нас\b | следите\ за\ (?:нами|нашими|новостями)\b
      | (?:наш|присоединяйтесь|вступайте|добавляйте).{0,60}(?:канал|telegram|телеграм|дзен|группу|источник)
      | поделиться(?:\ .{0,40})?$ | нашли\ (?:ошибку|опечатку) | (?:если\ вы\ )?(?:нашли|заметили)\ ошибку
         | выделите\ .{0,80}ctrl
      | поддержите\ .{0,80} | перейти\ в\ .{0,40}(?:канал|раздел)
      | (?:bizi|haberlerimizi|gelişmeleri|son\ dakika\ haberlerini)\b.{0,80}(?:takip|abone)
         | .{0,60}\btakip\ ed(?:in|ebilirsiniz)\W*$
      | (?:e-?)?bülten(?:imize|e)?\b.{0,80} | abone\ ol(?:un|mak)?\b.{0,80}
         | .{0,60}\b(?:whatsapp|telegram)\ kanal.{0,80}
      | paylaş(?:ın)?(?:\ .{0,30})?$ | uygulamamızı\ indir
    )""",
    re.I | re.X,
)
_LEGAL = re.compile(
    r"""^\W*(?:
        © | \(c\)\s | copyright\b | all\ rights\ reserved | ™
      | (?:все\ )?права\ (?:защищены|на\ материалы) | перепечатка | использование\ материалов
         | при\ (?:цитировании|перепечатке)
      | (?:tüm|her)\ hakk[ıi] | yasal\ uyarı | bu\ haberin\ her\ hakkı
      | anadolu\ ajansı\ web\ sitesinde | bu\ bir\ sıcak\ gelişme\ haberidir
    ).{0,400}$
    | ^.{0,200}(?:all\ rights\ reserved|все\ права\ защищены|tüm\ hakları\ saklıdır|無断転載
       |무단\s?전재)\W{0,3}.{0,60}$""",
    re.I | re.X,
)
_READING_TIME = re.compile(
    r"^\W*(?:(?:reading\ time|время чтения|okuma süresi"
    r"|read time)\W*)?\d{1,3}\s*(?:-\s*)?(?:min(?:ute)?s?(?:\s+read)?"
    r"|мин(?:ут[ыа]?)?\.?(?:\s+(?:чтения|на чтение))?|dk\.?|dakika(?:lık okuma)?)\W*$",
    re.I,
)


def is_insert(text: str, link_share: float) -> bool:
    """Whether a paragraph leads to other articles instead of telling something."""
    if len(text) > LONGEST_INSERT:
        return False
    return bool(_READ_ALSO.match(text)) and (link_share > 0.3 or not text.endswith("."))


def opens_furniture(text: str) -> bool:
    """Whether a short line announces a list of other articles."""
    return len(text) < 60 and bool(_READ_ALSO.match(text) or _OTHERS.match(text))


def is_furniture_line(line: str) -> bool:
    """Whether a line of the text invites, sells, measures or forbids, where an article would tell."""
    if len(line) > LONGEST_INSERT + 100:
        return False
    return bool(_INVITATION.match(line) or _LEGAL.match(line) or _READING_TIME.match(line))
