"""Group texts into dispatches: clusters that grow as texts are added, each judged by its lead.

Without the rule about leads, one shared paragraph would chain everything two outlets ever wrote. This module
does not know the database: store/clusters.py loads what is needed and writes what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.dedupe.compare import ComparableText, CopyKind, Relation, relate


@dataclass(frozen=True, slots=True)
class Item:
    """The text of one article, for grouping."""

    article_id: int
    version_id: int
    age: tuple[bool, datetime, str]  # the agency's own page first, then the earliest
    text: ComparableText


@dataclass(frozen=True, slots=True)
class Match:
    """An earlier text that a new one is related to."""

    item: Item
    relation: Relation  # of the new text to this one


@dataclass(slots=True)
class Cluster:
    """Texts that are one dispatch."""

    id: int
    lead: Item
    size: int
    update_of: int | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation found between two texts."""

    version_id: int
    other_version_id: int
    relation: Relation


@dataclass
class Grouping:
    """Loaded clusters and their changes. `home` is the cluster of each article that may be affected."""

    clusters: dict[int, Cluster]
    home: dict[int, int]
    loaded_sizes: dict[int, int] = field(default_factory=dict)
    merges: list[tuple[int, int]] = field(default_factory=list)  # (kept, folded), in order
    new_leads: set[int] = field(default_factory=set)
    new_updates: set[int] = field(default_factory=set)
    edges: dict[tuple[int, int], Edge] = field(default_factory=dict)
    _folded: dict[int, int] = field(default_factory=dict)

    def cluster_of(self, article_id: int) -> Cluster:
        """The current cluster of an article."""
        return self.clusters[self.standing(self.home[article_id])]

    def place(self, new: Item, matches: Sequence[Match]) -> None:
        """Unite a text with the dispatches it copies, and tie it to those it updates."""
        ordered = sorted(matches, key=lambda match: (-match.relation.score, match.item.age))
        for match in ordered:
            self.edges.setdefault(
                (new.version_id, match.item.version_id),
                Edge(new.version_id, match.item.version_id, match.relation),
            )
            if match.relation.is_copy:
                self._unite(new, match)
        for match in ordered:
            if match.relation.kind == CopyKind.UPDATE:
                self._tie(self.cluster_of(new.article_id), self.cluster_of(match.item.article_id))

    def relation_to_lead(self, item: Item) -> Relation | None:
        """The relation of a text to the lead of its cluster."""
        return self._relate(item, self.cluster_of(item.article_id).lead)

    def _unite(self, new: Item, match: Match) -> None:
        mine, theirs = self.cluster_of(new.article_id), self.cluster_of(match.item.article_id)
        if mine is theirs or not self._may_unite(mine, theirs, match):
            return
        kept, folded = (mine, theirs) if mine.id < theirs.id else (theirs, mine)
        if folded.lead.age < kept.lead.age:
            kept.lead = folded.lead
            self.new_leads.add(kept.id)
        kept.size += folded.size
        self._folded[folded.id] = kept.id
        self.merges.append((kept.id, folded.id))
        if kept.update_of is None and folded.update_of is not None:
            self._tie(kept, self.clusters[self.standing(folded.update_of)])

    def _may_unite(self, mine: Cluster, theirs: Cluster, match: Match) -> bool:
        """Two clusters unite if their leads are copies; a single text may also join through a member it copies."""
        leads = self._relate(mine.lead, theirs.lead)
        if leads is not None:
            return leads.is_copy
        return min(mine.size, theirs.size) == 1 and match.relation.kind != CopyKind.EMBEDDED

    def _tie(self, one: Cluster, other: Cluster) -> None:
        """The later dispatch is an update of the earlier; the first such tie is kept."""
        earlier, later = sorted((one, other), key=lambda cluster: cluster.lead.age[1:])
        if one is other or later.update_of is not None or later.id in self._line(earlier):
            return
        later.update_of = earlier.id
        self.new_updates.add(later.id)

    def _line(self, cluster: Cluster) -> Iterable[int]:
        """A cluster and those it updates, as far as they are loaded."""
        at: Cluster | None = cluster
        while at is not None:
            yield at.id
            at = self.clusters.get(self.standing(at.update_of)) if at.update_of is not None else None

    def _relate(self, one: Item, other: Item) -> Relation | None:
        older, newer = sorted((one, other), key=lambda item: item.age[1:])
        for key in ((newer.version_id, older.version_id), (older.version_id, newer.version_id)):
            if key in self.edges:
                return self.edges[key].relation
        found = relate(newer.text, older.text)
        if found is not None:
            key = (newer.version_id, older.version_id)
            self.edges[key] = Edge(*key, found)
        return found

    def standing(self, cluster_id: int) -> int:
        """The cluster that now contains this one."""
        while cluster_id in self._folded:
            cluster_id = self._folded[cluster_id]
        return cluster_id
