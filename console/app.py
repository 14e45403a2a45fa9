"""Builds the console: the media team's pages and the REST API, as one FastAPI application."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from console import faults
from console.api import directories as directories_api
from console.api import entry as entry_api
from console.api import outlets as outlets_api
from console.api import routes as api
from console.desk import STATIC, Desk, static_version
from console.headers import SafeHeaders
from console.layout import Layout
from console.pages import (
    audit_trail,
    calendars,
    case_steps,
    cases,
    contacts,
    crisis,
    deliveries,
    departments,
    digest,
    entry,
    handover,
    improvements,
    intake,
    journeys,
    liaison,
    mentions,
    outlets,
    overview,
    people,
    quality,
    recall,
    review,
    signing_in,
    sources,
    teaching,
    watch,
)
from console.sessions import Sessions
from console.settings import ConsoleSettings
from domain.profile import Profile
from registry.database import Database

PAGES = (
    signing_in,
    overview,
    review,
    mentions,
    entry,
    cases,
    case_steps,
    intake,
    deliveries,
    sources,
    outlets,
    digest,
    recall,
    quality,
    teaching,
    watch,
    departments,
    people,
    liaison,
    journeys,
    improvements,
    calendars,
    contacts,
    handover,
    crisis,
    audit_trail,
)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(
    database: Database,
    profile: Profile,
    settings: ConsoleSettings,
    *,
    extra_routers: Sequence[APIRouter] = (),
    clock: Callable[[], datetime] = _utc_now,
) -> FastAPI:
    """The console over one database and one profile.

    ``extra_routers`` are served beside it (the demonstration's mail sink); ``clock`` gives aware moments. The database must be
    migrated; it is read and written only in requests, each in one transaction (DESIGN promise 6).
    """
    version = static_version()
    app = FastAPI(title="Rasd", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")
    app.state.desk = Desk(
        database=database,
        profile=profile,
        settings=settings,
        clock=clock,
        sessions=Sessions(settings.secret_key, timedelta(hours=settings.session_hours)),
        layout=Layout(profile, settings, version),
    )
    app.add_middleware(SafeHeaders, secure=settings.secure_cookies)
    faults.install(app)
    app.mount("/static", _Unchanging(directory=STATIC), name="static")
    for page in PAGES:
        app.include_router(page.router, include_in_schema=False)
    app.include_router(api.health_router)
    app.include_router(api.router)
    app.include_router(outlets_api.router)
    app.include_router(entry_api.router)
    app.include_router(directories_api.router)
    for router in extra_routers:
        app.include_router(router, include_in_schema=False)
    return app


class _Unchanging(StaticFiles):
    """Files whose address changes with their content."""

    def file_response(self, full_path, stat_result, scope: Scope, status_code: int = 200):  # type: ignore[no-untyped-def]
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response
