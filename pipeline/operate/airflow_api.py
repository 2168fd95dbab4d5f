"""The REST API of Airflow on this machine: whether it answers, whether it is well, and its DAGs switched on."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy cannot reach our 127.0.0.1
_PARTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")


@dataclass(frozen=True)
class AirflowApi:
    """One Airflow by its address, with a login."""

    url: str
    user: str
    password: str

    def answers(self) -> bool:
        """Whether our own API server answers: another program on the port does not know our password."""
        return self._login() is not None

    def is_healthy(self) -> bool:
        """Whether scheduler, triggerer, DAG processor and metadata database all report healthy."""
        report = self._call("GET", "/api/v2/monitor/health")
        return report is not None and all(report.get(part, {}).get("status") == "healthy" for part in _PARTS)

    def switch_on(self, dags: Sequence[str]) -> bool:
        """Unpause these DAGs; False as long as one of them has not been read."""
        login = self._login()
        if login is None:
            return False
        token = str(login["access_token"])
        answers = [self._call("PATCH", f"/api/v2/dags/{name}", {"is_paused": False}, token) for name in dags]
        return None not in answers

    def _login(self) -> dict[str, Any] | None:
        return self._call("POST", "/auth/token", {"username": self.user, "password": self.password})

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, token: str | None = None
    ) -> dict[str, Any] | None:
        """One call; None while it does not answer, or answers with an error."""
        request = urllib.request.Request(  # noqa: S310 - our own http address
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {}),
        )
        try:
            with _DIRECT.open(request, timeout=10) as answer:
                return dict(json.load(answer))
        except (OSError, ValueError):  # not up yet: URLError, HTTPError and timeouts are OSErrors
            return None
