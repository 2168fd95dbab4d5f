"""Apply an outlet's page rules: XPath or CSS selectors for the article and for parts that do not belong to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cssselect import SelectorError
from lxml import etree, html
from lxml.cssselect import CSSSelector

_XPATH_STARTS = ("/", "(", "./", "descendant", "id(")


@dataclass(frozen=True, slots=True)
class PageRules:
    """Selectors, each XPath (begins with / or a bracket) or CSS."""

    include: tuple[str, ...] = ()  # where any of these matches, nothing else is read
    exclude: tuple[str, ...] = ()  # never read

    def apply(self, tree: html.HtmlElement) -> None:
        """Cut the excluded elements, then all but the included ones."""
        for element in _selected(tree, self.exclude):
            if element.getparent() is not None:
                element.drop_tree()
        kept = _selected(tree, self.include)
        body = tree.find("body")
        if not kept or body is None:
            return
        outer = [element for element in kept if not any(up in kept for up in element.iterancestors())]
        for child in list(body):
            body.remove(child)
        body.text = None
        article = etree.SubElement(body, "article")
        article.extend(element for element in outer if element.tag not in ("html", "body"))


NO_RULES = PageRules()


def check_selector(selector: str) -> str:
    """The selector as it was given.

    Raises:
        ValueError: it is neither XPath nor CSS, and where it goes wrong.
    """
    _compiled(selector)
    return selector


@lru_cache(maxsize=1_000)
def _compiled(selector: str) -> etree.XPath:
    try:
        return (
            etree.XPath(selector)
            if selector.startswith(_XPATH_STARTS)
            else CSSSelector(selector, translator="html")
        )
    except (etree.XPathSyntaxError, SelectorError) as error:
        raise ValueError(f"expected XPath or a CSS selector: {error}") from error


def _selected(tree: html.HtmlElement, selectors: Sequence[str]) -> list[html.HtmlElement]:
    found = (one for selector in selectors for one in _as_list(_compiled(selector)(tree)))
    return [element for element in found if isinstance(element, html.HtmlElement)]


def _as_list(result: object) -> list[object]:
    return result if isinstance(result, list) else []
