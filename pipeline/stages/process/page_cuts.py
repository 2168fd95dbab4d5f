"""Run the extraction again on a kept page and list what it leaves out, by which rule, for people who ask."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from pipeline.configuration.whole import read_page_rules
from pipeline.errors import ConfigurationError, ExtractError
from pipeline.language.words import put_in_force, read_words
from pipeline.store.pages import decompress, newest_kept_page
from pipeline.text.ending import Cut
from pipeline.text.extract import extract_article
from pipeline.text.overrides import NO_RULES


def page_cuts(conn: Connection, article_id: int, config_dir: Path) -> list[Cut] | None:
    """Each part cut from the last kept page of an article, top down, with its rule and its first characters.

    Today's rules are used: after an update they may differ from those that made the stored text. Where the page is
    no article, the last entry gives the reason. None if no page is kept.
    """
    page = newest_kept_page(conn, article_id)
    if page is None or page.compressed is None:
        return None
    cuts: list[Cut] = []
    try:
        put_in_force(read_words(config_dir / "languages"))
        rules = read_page_rules(config_dir, page.feed_key)
    except ConfigurationError as error:
        rules = NO_RULES
        cuts.append(Cut("page rules not applied", str(error)))
    try:
        extract_article(
            decompress(page.compressed), content_type=page.content_type, hints=page.hints, rules=rules, cuts=cuts
        )
    except ExtractError as error:
        cuts.append(Cut(error.reason, error.detail))
    return cuts
