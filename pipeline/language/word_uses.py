"""The uses of words in `pages.csv` and `copies.csv`: what the rows of each are for.

A language that is read has a row for each use. A folder that holds `pages.csv` alone gives what it has: its pages
are cleaned, and no meetings are read in them.
"""

from __future__ import annotations

from collections.abc import Mapping

Use = str  # in plain English: what its words are and where they count

PAGES: Mapping[str, Use] = {
    **{f"month {number}": "names of a month as dates of pages and feeds write it" for number in range(1, 13)},
    "weekday": "names and abbreviations of weekdays in lines that give a date",
    "time label": "words that may stand in a line that gives a date and nothing else",
    "ordinal ending": "what follows the figure of a day: 3rd",
    "of a month": "between a day and its month: 3 of May",
    "zone +3": "the local name of the time zone three hours east of UTC",
    "ago": "how a comment's time is counted back: 5 minutes ago, yesterday",
    "ago ending": "the last word of such a time",
    "just now": "such times that have no figure",
    "at an hour": "between a day and the time of day",
    "hour sign": "between the hours and the minutes of a time in a feed",
    "update label": "beside the time of a change, in text or in the name of a box",
    "publication label": "beside the time of publication",
    "update line": "opens a line that gives the time of the last change: Updated: 14:05",
    "live blog": "in the title of a live blog",
    "author label": "in front of an author's name",
    "signed by": "opens a byline, followed by a name",
    "byline word": "words of a byline that are no names",
    "byline joint": "between the names of a byline",
    "and": "between two authors",
    "no author": "where an author is expected, and none is named",
    "credit label": "opens the credit of a picture or a source, followed by a colon",
    "challenge": "a page that asks for proof of being human",
    "not found": "a page that says the article is not there",
    "consent": "a page that asks for consent to cookies",
    "subscribe": "a page that asks to pay or sign in before reading on",
    "sign in": "a page to sign in on",
    "page": "a title that speaks of the page itself",
    "read also": "opens a line that leads to other articles",
    "other stories": "a heading above other articles, and nothing else in its line",
    "invitation": "opens a line that invites to follow, share or subscribe",
    "rights line": "opens a line about copyright",
    "rights reserved": "closes a line about copyright",
    "reading time": "in front of the minutes that reading takes",
    "minutes to read": "the unit of the minutes that reading takes",
    "comments begin": "opens a line that heads the comments or asks for one",
    "comments box": "a word in the name of a box that holds comments and nothing else",
    "readers box": "a word in the name of a box that may hold comments",
    "no box": "a word beside those that says the box holds something else",
    "comments heading": "a heading above what readers wrote",
    "reply button": "a button that answers or reports a comment",
    "like button": "a button that likes a comment",
    "said by": "between a commenter's name and the time",
    "no nickname": "words that show a name and a time are no comment's",
    "small word": "the most frequent words, which tell languages of one script apart",
}
PEOPLE: Mapping[str, Use] = {
    "honour": "a rank or form of address between an office and a name",
    "particle of a name": "small words inside a name: al, bin, von",
    "star": "what a star in the tables of names matches: the ending of an inflected word",
    "bare ending of a place": "an ending right behind a place, without an apostrophe",
    "bare ending of a person": "the same behind a person's name, where no surname ends so",
    "deputy behind a title": "right behind a title: its deputy",
    "head of a title": "in front of the rest of a title; a country may come between them",
    "shared title": "X and Y for the first words of two offices with one word for both",
    "office word": "the word of an office that two may share",
    "office ending": "a starred word of an office, and how it is written in full: bakan*: bakanı",
    "first half": "an adjective's ending, and its ending as the first half of another: ский: ско",
    "case ending": "what case changes at the end of a name",
    **{
        f"{case} title": f"ends the word of an office in front of a name in the {case}"
        for case in ("genitive", "dative", "instrumental")
    },
    **{
        f"{case} name": f"an ending of a name in the {case}, and its ending in the nominative; the first counts"
        for case in ("genitive", "dative", "instrumental")
    },
}
COPIES: Mapping[str, Use] = {
    "agency": "names of an agency as written, after its name in reports: AFP: Agence France-Presse",
    "agency signature": "how it signs a text, in any case",
    "short agency": "names that are other words as well, and count in certain places alone",
    "place joint": "between the words of a place's name",
    "closing agency": "signs the end of a text without a mark around it",
    "credit verb": "opens a credit: Reporting by",
    "credit source": "in front of an agency in a credit at the end",
    "credit opening": "opens a line that gives a source, followed by a colon",
    "credit to others": "opens a line that credits other texts",
    "credit line": "any other line that gives credit",
    "byline opening": "opens a byline in a text",
    "update note": "opens a note in brackets on what was changed",
    "title mark": "in front of a headline: UPDATE 2-, BREAKING:",
    "caption label": "opens a caption",
    "caption source": "between that and a colon",
    "caption line": "any other caption",
    "photo credit": "in brackets, shows a caption",
    "link line": "opens a line that leads elsewhere",
    "legal line": "shows a line about rights",
    **{
        f"before title {mark}": "in capitals in front of a headline"
        for mark in ("withdrawal", "correction", "refile", "recast", "wrapup", "update", "repeat")
    },
    **{
        f"in brackets {mark}": "opens brackets at the beginning of a text"
        for mark in ("withdrawal", "correction", "refile", "recast", "update", "repeat")
    },
    "own text": "what an outlet calls its own text",
    "note of withdrawal": "says that a text is withdrawn",
    "correction label": "opens a line about a correction, followed by a colon or dash",
    "note of correction": "says that a text was corrected",
    "unnamed agencies": "agencies that a credit does not name",
    "personal credit": "a credit of persons in the form that Reuters signs in",
    "retold": "says that an {agency} wrote what is told",
    "before agency": "words between that and the agency",
    "agency writes": "what an agency does when it is cited",
    "told an agency": "says who spoke to an {agency}",
    "negation": "denies",
    "negated verb": "a verb that denies by its form",
    "status word": "beginnings of words for what became of a plan",
    "month word": "months, folded, that are a fact of a text",
    "weekday word": "weekdays, folded",
    "day word": "today, tomorrow",
    "date word in capitals": "those that are other words in small letters",
    "numeral": "numbers from zero on, in order",
    "short numeral": "short forms of words for numbers, and what they are short for",
    "unsure numeral": "numerals that are hardly ever stated as a number",
    "abbreviation": "ends with a dot that ends no sentence",
}
