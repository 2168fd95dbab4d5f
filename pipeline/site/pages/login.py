"""Logging in, the reader's language and time zone, and what the words of the pages mean."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from pipeline.site.desk import LANGUAGE_COOKIE, ZONE_COOKIE, Desk, View, form_of, known_zones
from pipeline.site.errors import Refused
from pipeline.site.login import COOKIE, LASTS_S, TooManyTriesError
from pipeline.site.wording import LANGUAGES

_YEAR_S = 365 * 86_400
WORDS = (
    "independent",
    "report",
    "copy",
    "dispatch",
    "story",
    "status",
    "contested",
    "at_risk",
    "lapsed",
    "alert",
    "against",
)


def routes(desk: Desk) -> APIRouter:
    """GET and POST /login and /settings, GET /words."""
    router = APIRouter()

    @router.get("/login")
    def form(request: Request) -> Response:
        v = desk.view(request)
        return v.show("login.html", back=_back(request.query_params.get("back", "")), problem="")

    @router.post("/login")
    async def enter(request: Request) -> Response:
        fields = {name: values[0] for name, values in (await form_of(request)).items()}
        return await run_in_threadpool(_enter, desk, request, fields)

    @router.get("/settings")
    def settings(request: Request) -> Response:
        v = desk.view(request)
        return v.show("settings.html", zones=sorted(z for z in known_zones() if "/" in z or z == "UTC"),
                      back=_back(request.query_params.get("back", "")))  # fmt: skip

    @router.post("/settings")
    async def keep(request: Request) -> Response:
        fields = {name: values[0] for name, values in (await form_of(request)).items()}
        return await run_in_threadpool(_keep, desk, request, fields)

    @router.get("/words")
    def words(request: Request) -> Response:
        return desk.view(request).show("words.html", words=WORDS)

    return router


def _enter(desk: Desk, request: Request, fields: dict[str, str]) -> Response:
    v = desk.view(request)
    _same_site(v)
    back = _back(fields.get("back", ""))
    name = " ".join(fields.get("name", "").split())
    try:
        cookie = desk.logins.enter(fields.get("token", ""), name) if name else None
    except TooManyTriesError:
        answer = v.show("login.html", 429, back=back, problem=v.t("too_many_tries"))
        answer.headers["Retry-After"] = "60"
        return answer
    if cookie is None:
        return v.show("login.html", 403, back=back, problem=v.t("wrong_token"))
    response = RedirectResponse(back or v.url("/"), 303)
    response.set_cookie(COOKIE, cookie, max_age=LASTS_S, httponly=True, samesite="strict",
                        secure=request.url.scheme == "https", path="/")  # fmt: skip
    return response


def _keep(desk: Desk, request: Request, fields: dict[str, str]) -> Response:
    v = desk.view(request)
    _same_site(v)
    response = RedirectResponse(_back(fields.get("back", "")) or v.url("/"), 303)
    wanted = (
        (ZONE_COOKIE, fields.get("zone", ""), known_zones()),
        (LANGUAGE_COOKIE, fields.get("lang", ""), LANGUAGES),
    )
    for name, value, known in wanted:
        if value in known:
            response.set_cookie(name, value, max_age=_YEAR_S, httponly=True, samesite="lax", path="/")
    return response


def _same_site(v: View) -> None:
    """No other site may log its visitors in here, or change what they see."""
    if v.request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused(403, v.t("form_is_old"))


def _back(asked: str) -> str:
    """Where to go on: a path of this site, or ""."""
    fine = asked.startswith("/") and not asked.startswith("//") and "\\" not in asked and asked.isprintable()
    return asked if fine else ""
