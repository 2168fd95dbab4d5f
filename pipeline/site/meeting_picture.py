"""A meeting's time line, from the rows of its page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pipeline.site.desk import View
from pipeline.site.meeting_model import CALLED_OFF, NO_DATE, TOOK_PLACE, ClaimShown, claim_of
from pipeline.site.pictures.timeline import Known, Lane, PictureStory, Said, timeline

_LANES = 7
OTHER = "other"


def picture(v: View, claims: Sequence[ClaimShown], steps: Sequence[dict[str, Any]],
            alerts: Sequence[dict[str, Any]],
            *, title: str, width: float = 760, uid: str = "tl", literal: bool = False) -> str:  # fmt: skip
    """The time line as SVG; "" where there is nothing to draw."""
    if not claims or not steps:
        return ""
    shown = _shown(claims, steps)
    story = PictureStory(
        lanes=_lanes(v, shown, steps, other=len(shown) < len({c.key for c in claims})),
        said=[
            Said(_local(v, row["published_at"]), claim.key if claim.key in shown else OTHER, row["status"], own)
            for claim in claims
            for told in claim.told
            for row, own in [(told.report, True), *((copy, False) for copy in told.copies)]
        ],
        known=_known(v, steps, alerts, shown, short=width < 500),
        day=lambda at: v.d.day(at.date(), year=None),
        quiet=lambda days: v.t("quiet_days", n=days) if days > 0 else "…",
    )
    return timeline(story, title=title, desc=describe(v, claims, steps), uid=uid, width=width, literal=literal)


def describe(v: View, claims: Sequence[ClaimShown], steps: Sequence[dict[str, Any]]) -> str:
    """The picture in a few sentences, for who does not see it."""
    parts = [v.t("desc_axes")]
    for claim in sorted(claims, key=lambda c: c.newest):
        first = min(told.report["published_at"] for told in claim.told)
        parts.append(v.t("desc_claim", n=claim.reports, own=claim.independent, claim=claim_words(v, claim.key),
                         first=v.d.moment(first), last=v.d.moment(claim.newest)))  # fmt: skip
    parts.append(v.t("desc_now", claim=claim_words(v, claim_of(steps[-1]))))
    return " ".join(parts)


def claim_words(v: View, key: str) -> str:
    """A claim in words."""
    if key in (CALLED_OFF, TOOK_PLACE, NO_DATE, OTHER):
        return v.t(f"claim_{key}")
    return v.d.edtf(key)


def _shown(claims: Sequence[ClaimShown], steps: Sequence[dict[str, Any]]) -> set[str]:
    """The lanes of the plan, then those with most independent reports."""
    plan = {claim_of(step) for step in steps}
    rest = sorted((c for c in claims if c.key not in plan), key=lambda c: -c.independent)
    return plan | {claim.key for claim in rest[: max(0, _LANES - len(plan))]}


def _lanes(v: View, shown: set[str], steps: Sequence[dict[str, Any]], *, other: bool) -> list[Lane]:
    first, now = claim_of(steps[0]), claim_of(steps[-1])
    last = {NO_DATE: 1, CALLED_OFF: 2, TOOK_PLACE: 3, OTHER: 4}
    lanes = []
    for key in sorted(shown, key=lambda key: (last.get(key, 0), key.strip("["))):
        sub = "plan_now" if key == now else "plan_first" if key == first else ""
        words = v.d.edtf(key, year=False) if key not in last else claim_words(v, key)
        lanes.append(Lane(key, words, v.t(sub) if sub and key not in (CALLED_OFF, TOOK_PLACE) else ""))
    if other:
        lanes.append(Lane(OTHER, claim_words(v, OTHER)))
    return lanes


def _known(v: View, steps: Sequence[dict[str, Any]], alerts: Sequence[dict[str, Any]], shown: set[str], *,
           short: bool) -> list[Known]:  # fmt: skip
    told = {(alert["change"], round(alert["at"])) for alert in alerts}
    known: list[Known] = []
    for step in steps:
        claim = claim_of(step)
        has_alert = (step["change"], round(step["recorded_at"].timestamp())) in told
        if known and known[-1].lane == claim and not has_alert:
            continue
        flag = ""
        if has_alert:
            flag = (
                v.t(f"flag_{step['change']}") if short else v.t("flag_alert", what=v.t(f"flag_{step['change']}"))
            )
        known.append(
            Known(_local(v, step["recorded_at"]), claim if claim in shown else OTHER, step["status"], flag)
        )
    return known


def _local(v: View, at: datetime) -> datetime:
    return at.astimezone(v.zone)
