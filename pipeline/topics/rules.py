"""The model of config/topics.yml."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from pipeline.language.folding import fold
from pipeline.yaml_file import LanguageCode, StrictModel, mistakes, unique

_SHORTEST_STEM = 3


def _term(value: str) -> str:
    stem = fold(value.removesuffix("*"))
    if "*" in stem:
        raise ValueError("expected * only as the last character")
    if not stem or not (stem[0].isalnum() and stem[-1].isalnum()):
        raise ValueError("expected a word or phrase that starts and ends with a letter or digit")
    if value.endswith("*") and len(stem) < _SHORTEST_STEM:
        raise ValueError(f"expected at least {_SHORTEST_STEM} letters before *")
    return value


Term = Annotated[str, AfterValidator(_term)]
AnyLanguage = Annotated[str, StringConstraints(pattern=r"^([a-z]{2}|any)$")]
GroupName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)?$")]
Terms = dict[AnyLanguage, list[Term]]
EntityTerm = Annotated[str, StringConstraints(pattern=r"^(country|capital|city|person|office):[A-Z]+$")]


class TermGroup(StrictModel):
    """Words that are evidence of the same thing."""

    entities: list[EntityTerm] = Field(
        default_factory=list,
        description=(
            "Names of the gazetteer, in every language and case form: country:RU (with adjectives and demonyms), "
            "capital:RU, city:RU, person:RU (who held an office of it), office:RU (titles that name it)"
        ),
    )
    terms: Terms = Field(
        default_factory=dict,
        description=(
            "By language (ISO 639-1, or any): whole words or phrases. A * at the end stands for any ending; "
            "a capital letter matches only a capital letter"
        ),
    )
    except_: Terms = Field(
        default_factory=dict,
        alias="except",
        description="Phrases in which the words above have another meaning and do not count",
    )

    @model_validator(mode="after")
    def _has_words(self) -> Self:
        if not self.entities and not self.terms:
            raise ValueError("expected entities or terms")
        return self


class Example(StrictModel):
    """A text that the rules are tried on."""

    language: LanguageCode = "en"
    title: str = ""
    body: str = ""

    @model_validator(mode="after")
    def _has_text(self) -> Self:
        if not self.title and not self.body:
            raise ValueError("expected a title or a body")
        return self


class Examples(StrictModel):
    """Texts that `wirewatch config check` tries the topic on."""

    match: list[Example] = Field(default_factory=list, description="Texts that must get the topic")
    must_not_match: list[Example] = Field(default_factory=list, description="Texts that must not get it")


class Topic(StrictModel):
    """One topic, or with a / in its slug one part of the topic before the /."""

    slug: Slug = Field(description="Name the topic is stored under; part-of/whole: russia-turkey/energy")
    title: str = Field(min_length=1, description="Name for people")
    all: list[GroupName] = Field(default_factory=list, description="Groups that must all be present")
    any: list[GroupName] = Field(default_factory=list, description="Groups of which at least one must be present")
    none: list[GroupName] = Field(
        default_factory=list,
        description="Groups that veto the topic if they weigh as much as its evidence",
    )
    never: list[GroupName] = Field(
        default_factory=list,
        description="Groups that veto the topic as soon as they weigh never_score",
    )
    never_score: float = Field(
        default=3.0, gt=0, description="By default one match in the headline or two in the first lines"
    )
    languages: list[LanguageCode] = Field(
        default_factory=list, description="Only articles in one of these (ISO 639-1); left out: in any language"
    )
    title_weight: float = Field(default=3.0, ge=1, le=100, description="Weight of a match in the headline")
    lead_weight: float = Field(default=2.0, ge=1, le=100, description="Weight of a match in the first lines")
    body_weight: float = Field(
        default=0.5,
        ge=0,
        le=100,
        description="Weight of a match further down; with `near` only of matches that close to all other groups",
    )
    near: int = Field(
        default=0,
        ge=0,
        le=1000,
        description="Matches of all groups within so many characters add near_weight to the score, once",
    )
    near_weight: float = Field(default=0.5, ge=0, le=100, description="What closeness adds to the score")
    min_score: float = Field(
        default=2.0, gt=0, description="Least score; a topic scores what its weakest requirement weighs"
    )
    examples: Examples = Field(default_factory=Examples)

    @property
    def parent(self) -> str | None:
        """Slug of the whole this topic is a part of."""
        whole, slash, _ = self.slug.partition("/")
        return whole if slash else None


class TopicRules(StrictModel):
    """The whole of config/topics.yml."""

    model_config = ConfigDict(title="wirewatch topics")

    groups: dict[GroupName, TermGroup] = Field(min_length=1, description="Named groups of words")
    topics: Annotated[list[Topic], unique("slug")] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        slugs = {topic.slug for topic in self.topics}
        found: list[tuple[tuple[int | str, ...], str, Any]] = []
        for index, topic in enumerate(self.topics):
            for kind in ("all", "any", "none", "never"):
                for place, name in enumerate(getattr(topic, kind)):
                    if name not in self.groups:
                        where = ("topics", index, kind, place)
                        found.append((where, "expected the name of a group above", name))
            if topic.parent and topic.parent not in slugs:
                message = f"expected a topic {topic.parent} to be part of"
                found.append((("topics", index, "slug"), message, topic.slug))
            if not topic.all and not topic.any:
                found.append((("topics", index), "expected groups under all or any", topic))
        if found:
            raise mistakes(found)
        return self
