"""The dashboard and the alert rules name metrics that exist, and Prometheus's own parser reads what we say."""

from __future__ import annotations

import json
import re

import yaml
from prometheus_client.parser import text_string_to_metric_families
from test_metrics import REPORT

from pipeline.settings import CHECKOUT
from pipeline.site.metrics import DOWN, exposition

MONITORING = CHECKOUT / "docker" / "monitoring"
FAMILIES = {family.name: family for family in text_string_to_metric_families(exposition(REPORT))}
SERIES = {line.split()[2] for line in exposition(REPORT).splitlines() if line.startswith("# TYPE ")}


def named(expressions: list[str]) -> set[str]:
    return {name for text in expressions for name in re.findall(r"\bwirewatch_[a-z_]+", text)}


def test_prometheus_reads_every_family_with_its_values() -> None:
    assert FAMILIES["wirewatch_outcomes"].type == "counter"
    (sample,) = FAMILIES["wirewatch_outcomes"].samples
    assert (sample.labels, sample.value) == ({"stage": "process", "reason": 'no "text"\n'}, 5)
    quantiles = {s.labels["quantile"]: s.value for s in FAMILIES["wirewatch_published_to_alert_seconds"].samples}
    assert quantiles == {"0.5": 3.4, "0.95": 4.5}
    troubles = {s.labels["cause"]: s.value for s in FAMILIES["wirewatch_troubles"].samples}
    assert troubles["configuration_refused"] == 1
    assert troubles["ingest_stalled"] == 0, "a rule needs the series before the trouble"
    (down,) = text_string_to_metric_families(DOWN)
    assert down.samples[0].value == 0


def test_rules_and_dashboard_name_only_what_there_is() -> None:
    rules = yaml.safe_load((MONITORING / "rules.yml").read_text(encoding="utf-8"))
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    assert all(rule["annotations"]["mend"] and rule["labels"]["severity"] for rule in alerts)
    board = json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))
    shown = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    for used in (named([rule["expr"] for rule in alerts]), named(shown)):
        assert used
        assert used <= SERIES
