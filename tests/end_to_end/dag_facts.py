"""Run by test_dags.py in a process of its own: what Airflow makes of dags/, as JSON on the last line.

Importing Airflow rewires logging and reads its environment once; other tests must not feel that.
Usage: dag_facts.py facts | run DAG [JSON of its form]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

DAGS = Path(__file__).resolve().parents[2] / "dags"


def facts() -> dict[str, Any]:
    """Import errors, tasks, edges and settings of every DAG, and what parsing them imported."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(DAGS))
    return {
        "import_errors": bag.import_errors,
        "pipeline_modules": [name for name in sys.modules if name.partition(".")[0] == "pipeline"],
        "dags": {
            dag_id: {
                "edges": {task.task_id: sorted(task.downstream_task_ids) for task in dag.tasks},
                "mapped": [task.task_id for task in dag.tasks if task.is_mapped],
                "retries": {task.task_id: task.retries for task in dag.tasks},
                "triggers": {task.task_id: task.trigger_rule.value for task in dag.tasks},
                "doc": dag.doc_md,
                "task_docs": {task.task_id: task.doc_md for task in dag.tasks},
                "schedule": dag.schedule if isinstance(dag.schedule, str) else dag.schedule and repr(dag.schedule),
                "params": dag.params.dump(),
                "catchup": dag.catchup,
                "max_active_runs": dag.max_active_runs,
                "timeout_s": dag.dagrun_timeout and dag.dagrun_timeout.total_seconds(),
                "deadlines": [
                    (alert.interval.total_seconds(), alert.callback.path) for alert in dag.deadline or []
                ],
            }
            for dag_id, dag in bag.dags.items()
        },
    }


def run(dag_id: str, form: str = "{}") -> dict[str, Any]:
    """Run a DAG once in this process; the state of every task and what it returned."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils.db import initdb

    initdb()
    chosen = DagBag(dag_folder=str(DAGS)).dags[dag_id]
    # dag.test() of Airflow 3.3.2 looks deadlines up in the database, where only a DAG processor puts them.
    chosen.deadline = None
    dag_run = chosen.test(run_conf=json.loads(form))
    instances = dag_run.get_task_instances()
    return {
        "state": dag_run.state,
        "tasks": {f"{ti.task_id}[{ti.map_index}]": ti.state for ti in instances},
        "returned": {ti.task_id: ti.xcom_pull(task_ids=ti.task_id, map_indexes=ti.map_index) for ti in instances},
    }


if __name__ == "__main__":
    result = {"facts": facts, "run": run}[sys.argv[1]](*sys.argv[2:])
    print("\n" + json.dumps(result, default=str))  # noqa: T201
