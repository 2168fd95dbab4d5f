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
