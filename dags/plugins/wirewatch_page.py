"""The pages inside Airflow: behind its login, as a tab of their own and as a framed page in its menu.

Plugins are loaded in every task's process, so nothing heavy is imported before the first request.
"""

from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

PREFIX = "/wirewatch"


class _Pages:
    """The ASGI application, made when a page is first opened."""

    def __init__(self) -> None:
        self._app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._app is None:
            self._app = _make()
        await self._app(scope, receive, send)


def _make() -> Any:
    """The pages with Airflow's login before every route; who may edit DAGs may decide about meetings."""
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.models.resource_details import AccessView, DagDetails
    from airflow.api_fastapi.core_api.security import get_user, requires_access_view
    from fastapi import Depends, Request

    from pipeline.site.opening import open_pages

    def remember(request: Request, user: Any = Depends(get_user)) -> None:  # noqa: B008 - FastAPI's way
        may = get_auth_manager().is_authorized_dag(method="PUT", user=user, details=DagDetails(id="ingest"))
        request.state.may_decide = user.get_name() if may else None

    def outside(request: Request) -> str | None:
        name: str | None = getattr(request.state, "may_decide", None)
        return name

    return open_pages(outside, [Depends(requires_access_view(AccessView.WEBSITE)), Depends(remember)])


class WirewatchPage(AirflowPlugin):
    """Registers the application and its two entries in the menu."""

    name = "wirewatch"
    fastapi_apps: ClassVar[list[Any]] = [{"app": _Pages(), "url_prefix": PREFIX, "name": "wirewatch"}]
    external_views: ClassVar[list[Any]] = [
        {"name": "wirewatch", "href": f"{PREFIX}/", "destination": "nav"},
        {"name": "wirewatch today", "href": f"{PREFIX}/", "destination": "nav", "url_route": "wirewatch_today"},
    ]
