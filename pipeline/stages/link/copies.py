"""The copy part of link: texts into the wire clusters of their dispatches, a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine

from pipeline.dedupe.compare import MIN_SHARED_KEYS, ComparableText, relate
from pipeline.dedupe.group import Cluster, Edge, Grouping, Item, Match
from pipeline.store import clusters, fingerprints
from pipeline.store.clusters import EdgeRow
from pipeline.store.fingerprints import MAX_COMPARED, Seen, StopKeys, StoredText

STOP_CLUSTERS = 8  # a key in this many dispatches is an outlet's furniture


@dataclass
class Habits:
    """What outlets keep repeating, as far as one run of the stage has learnt it."""

    stop_keys: StopKeys
    _blocks: dict[tuple[int, datetime], frozenset[int]] = field(default_factory=dict)

    @classmethod
    def load(cls, conn: Connection) -> Habits:
        """What is known when a run begins."""
        return cls(StopKeys.load(conn))

    def blocks(
        self, conn: Connection, texts: Collection[StoredText], window: timedelta
    ) -> dict[int, frozenset[int]]:
        """The repeated paragraphs of each text's outlet, by version; searched again for each day of news."""
        place = {text.version_id: (text.feed_id, _end_of_day(text.published_at)) for text in texts}
        if wanted := sorted(set(place.values()) - self._blocks.keys()):
            found = fingerprints.repeated_blocks(conn, wanted, window=window)
            self._blocks.update(zip(wanted, found, strict=True))
        return {version_id: self._blocks[at] for version_id, at in place.items()}


def publish(engine: Engine, version_ids: Collection[int], *, now: datetime) -> None:
    """The first step, committed on its own: every text has a cluster before any of them is looked up."""
    with engine.begin() as conn:
        clusters.found_clusters(conn, version_ids, now=now)


def place_texts(
    conn: Connection, version_ids: Sequence[int], habits: Habits, *, window: timedelta, now: datetime
) -> dict[int, str]:
    """The second step: look published texts up and unite what is one dispatch; what each became, by version."""
    batch = _Batch(conn, habits, window)
    known = fingerprints.load_texts(conn, version_ids, keys=True)
    became = {i: "not_comparable" for i in version_ids if i not in known}
    # An edited page is a new version of its article, not a copy of it; what was changed is kept as well.
    edited = [text for text in known.values() if text.number > 1]
    became |= {text.version_id: "edited" for text in edited}
    if edited:
        batch.compare_versions(edited, now)
    new = sorted((text for text in known.values() if text.number == 1), key=lambda text: text.age)
    if new:
        batch.prepare(new)
        batch.look_up(new)
        kinds = batch.group(new, now)
        became |= {text.version_id: kinds[text.version_id] for text in new}
    return became


@dataclass
class _Batch:
    """What is known while one batch is worked on."""

    conn: Connection
    habits: Habits
    window: timedelta
    stored: dict[int, StoredText] = field(default_factory=dict)
    items: dict[int, Item] = field(default_factory=dict)
    seen: dict[int, list[Seen]] = field(default_factory=dict)
    matches: dict[int, list[Match]] = field(default_factory=dict)

    def prepare(self, texts: Collection[StoredText]) -> None:
        """Make texts comparable: without the paragraphs their outlets keep repeating."""
        blocks = self.habits.blocks(self.conn, texts, self.window)
        for text in texts:
            comparable = ComparableText(text.fingerprint, blocks[text.version_id])
            self.stored[text.version_id] = text
            self.items[text.version_id] = Item(text.article_id, text.version_id, text.age, comparable)

    def compare_versions(self, edited: Sequence[StoredText], now: datetime) -> None:
        """Keep what each edited text is to the version before it."""
        before = fingerprints.versions_before(self.conn, [text.version_id for text in edited])
        self.prepare([*edited, *fingerprints.load_texts(self.conn, before.values()).values()])
        edges = []
        for text in edited:
            earlier = before.get(text.version_id)
            if earlier in self.items:
                relation = relate(self.items[text.version_id].text, self.items[earlier].text)
                if relation is not None:
                    edges.append(_row(Edge(text.version_id, earlier, relation)))
        clusters.save_edges(self.conn, edges, now=now)

    def look_up(self, new: Sequence[StoredText]) -> None:
        """Find the texts that each may be related to, and what it is to them."""
        stop = self.habits.stop_keys.keys
        keys = {t.version_id: [k for k in t.fingerprint.keys if k not in stop] for t in new}
        self.seen = fingerprints.look_up(self.conn, new, keys, window=self.window)
        chosen = {i: _closest(seen) for i, seen in self.seen.items()}
        wanted = {v for versions in chosen.values() for v in versions} - self.stored.keys()
        if wanted:
            self.prepare(fingerprints.load_texts(self.conn, wanted).values())
        for text in new:
            self.matches[text.version_id] = self._related(text.version_id, chosen[text.version_id])

    def _related(self, version_id: int, others: Sequence[int]) -> list[Match]:
        new, found = self.items[version_id], []
        for other in others:
            relation = relate(new.text, self.items[other].text)
            if relation is not None:
                found.append(Match(self.items[other], relation))
        return found

    def group(self, new: Sequence[StoredText], now: datetime) -> dict[int, str]:
        """Unite under lock, write, and say what each new text became."""
        related = [text for text in new if self.matches[text.version_id]]
        became = {text.version_id: "own_text" for text in new}
        grouping = Grouping({}, {})
        if related:
            grouping = self._locked_grouping(related)
            for text in related:
                matches = [m for m in self.matches[text.version_id] if m.item.article_id in grouping.home]
                grouping.place(self.items[text.version_id], matches)
            kinds = self._kinds(grouping, related)
            self._save(grouping, now)
            clusters.save_kinds(self.conn, kinds)
            article = {text.article_id: text.version_id for text in related}
            became |= {article[a]: _outcome(kind) for a, kind, _ in kinds if a in article}
        self._learn_stop_keys(new, grouping, now)
        return became

    def _locked_grouping(self, related: Sequence[StoredText]) -> Grouping:
        articles = {text.article_id for text in related}
        articles |= {m.item.article_id for text in related for m in self.matches[text.version_id]}
        home = clusters.lock_homes(self.conn, articles)
        rows = clusters.load_clusters(self.conn, set(home.values()))
        leads = {row["lead_version_id"] for row in rows} - self.items.keys()
        if leads:
            self.prepare(fingerprints.load_texts(self.conn, leads).values())
        loaded = {
            row["id"]: Cluster(row["id"], self.items[row["lead_version_id"]], row["size"], row["update_of"])
            for row in rows
            if row["lead_version_id"] in self.items  # else its fingerprint is of an older kind
        }
        sizes = {row["id"]: row["size"] for row in rows}
        return Grouping(loaded, {a: c for a, c in home.items() if c in loaded}, sizes)

    def _kinds(self, grouping: Grouping, related: Sequence[StoredText]) -> list[tuple[int, str, int | None]]:
        """What each text that moved, or whose lead changed, is to its lead, or to the member it came in by."""
        affected = {text.version_id for text in related}
        moved = {folded for _, folded in grouping.merges} | grouping.new_leads
        others = {i for i in moved if grouping.loaded_sizes[i] > 1}
        if others:
            members = clusters.members_of(self.conn, others)
            grouping.home |= {article: cluster for article, _, cluster in members}
            affected |= {version for _, version, _ in members}
            missing = affected - self.items.keys()
            if missing:
                self.prepare(fingerprints.load_texts(self.conn, missing).values())
        leads = {grouping.cluster_of(a).lead.version_id for a in grouping.home}
        affected |= leads & {item.version_id for item in self.items.values() if item.article_id in grouping.home}
        known = sorted(affected & self.items.keys())
        return [self._kind(grouping, self.items[version_id]) for version_id in known]

    def _save(self, grouping: Grouping, now: datetime) -> None:
        if grouping.merges:
            clusters.fold(self.conn, grouping.merges, now=now)
        folded = {folded for _, folded in grouping.merges}
        touched = ({kept for kept, _ in grouping.merges} | grouping.new_updates) - folded
        if touched:
            changed = [grouping.clusters[i] for i in sorted(touched)]
            clusters.save_clusters(self.conn, [(c.id, c.lead.article_id, c.update_of) for c in changed])
        clusters.save_edges(self.conn, [_row(edge) for edge in grouping.edges.values()], now=now)

    def _kind(self, grouping: Grouping, item: Item) -> tuple[int, str, int | None]:
        lead = grouping.cluster_of(item.article_id).lead
        if lead.article_id == item.article_id:
            return item.article_id, "lead", None
        relation = grouping.relation_to_lead(item)
        if relation is not None:
            return item.article_id, relation.kind.value, lead.version_id
        copies = [m for m in self.matches.get(item.version_id, []) if m.relation.is_copy]
        best = max(copies, key=lambda m: m.relation.score, default=None)
        if best is None:
            return item.article_id, "embedded", lead.version_id
        return item.article_id, best.relation.kind.value, best.item.version_id

    def _learn_stop_keys(self, new: Sequence[StoredText], grouping: Grouping, now: datetime) -> None:
        """Keys that texts of many dispatches share which are otherwise different."""
        seen = [s for text in new for s in self.seen[text.version_id] if not s.alike]
        if not seen:
            return
        home = clusters.homes(self.conn, {s.article_id for s in seen})
        where: dict[int, set[int]] = defaultdict(set)
        for one in seen:
            cluster = grouping.standing(home.get(one.article_id, one.article_id))
            for key in one.shared.tolist():
                where[key].add(cluster)
        everybodys = [key for key, found in where.items() if len(found) >= STOP_CLUSTERS]
        self.habits.stop_keys.add(self.conn, everybodys, now=now)


def _row(edge: Edge) -> EdgeRow:
    found = edge.relation
    differing = {fact.name.lower() for fact in found.facts.differing} if found.facts else set()
    measures = found.kind.value, found.of_new, found.of_old, found.jaccard
    return EdgeRow(edge.version_id, edge.other_version_id, *measures, tuple(sorted(differing)))


def _end_of_day(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _closest(seen: Sequence[Seen]) -> list[int]:
    """The versions worth comparing: the same word for word, then those with the most keys in common."""
    scores: dict[int, int] = {}
    for text in seen:
        if text.same or len(text.shared) >= MIN_SHARED_KEYS:
            score = len(text.shared) + 1000 * text.same
            scores[text.version_id] = max(score, scores.get(text.version_id, 0))
    return sorted(scores, key=lambda version_id: (-scores[version_id], version_id))[:MAX_COMPARED]


def _outcome(kind: str) -> str:
    return "own_text" if kind == "lead" else f"copy_{kind}"
