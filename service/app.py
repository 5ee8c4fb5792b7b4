"""The web application: parts, blueprints, errors, languages and security headers; no routes of its own."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

import structlog
from flask import Flask, Response, g, render_template, request
from flask_babel import Babel, gettext
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFError, CSRFProtect
from redis.backoff import NoBackoff
from redis.retry import Retry
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from service import api, console, health, i18n, patient_site, webhooks
from service.api.guard import error as api_error
from service.enquiries.inbound import MAX_FILE_BYTES, MAX_FILES
from service.enquiries.receive import Receiver
from service.errors import BadInput, ServiceError
from service.parts import EXTENSION, Parts
from service.settings import PROJECT, Settings
from service.storage.doorbell import Doorbell
from service.storage.encryption import Keyring
from service.storage.session import Database
from service.understanding.learned.model_store import ModelStore
from service.understanding.reader import Reader

#: Five files of ten megabytes, and the rest of the form.
MAX_REQUEST: Final = MAX_FILES * MAX_FILE_BYTES + 1024 * 1024
FORM_MEMORY: Final = 1024 * 1024

log = structlog.get_logger()


def create_app(settings: Settings) -> Flask:
    """Build the application for these settings; nothing is read from anywhere else."""
    app = Flask(
        "dragoman", template_folder=str(PROJECT / "templates"), static_folder=str(PROJECT / "service" / "static")
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MAX_REQUEST,
        MAX_FORM_MEMORY_SIZE=FORM_MEMORY,
        SESSION_COOKIE_NAME="dragoman",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_TRANSLATION_DIRECTORIES=str(i18n.CATALOGS),
        BABEL_DEFAULT_LOCALE="en",
        RATELIMIT_STORAGE_URI=_limits_in(settings.redis_url),
        # A door answers within 300 ms although Redis hangs: this and the doorbell's 200 ms are spent at most once.
        RATELIMIT_STORAGE_OPTIONS={
            "socket_timeout": 0.05,
            "socket_connect_timeout": 0.05,
            "retry": Retry(NoBackoff(), 0),
        },
        RATELIMIT_STRATEGY="moving-window",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        # Of many requests at the moment when Redis goes away, the first turns the fallback on; the others pass.
        RATELIMIT_SWALLOW_ERRORS=True,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.extensions[EXTENSION] = _parts(settings)
    _register(app)
    return app


def _parts(settings: Settings) -> Parts:
    database = Database(settings.database_url, Keyring(settings.encryption_keys))
    doorbell = Doorbell(settings.redis_url)
    reader = Reader(model=ModelStore(settings.data_dir).current())
    return Parts(settings, database, doorbell, Receiver(database, reader, doorbell.ring))


def _limits_in(redis_url: str) -> str:
    """Flask-Limiter's spelling of the address."""
    return f"redis+{redis_url}" if redis_url.startswith("unix:") else redis_url


def _register(app: Flask) -> None:
    Babel(app, locale_selector=i18n.locale)
    csrf = CSRFProtect(app)
    limiter = Limiter(get_remote_address, app=app, headers_enabled=False)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(webhooks.blueprint)
    csrf.exempt(webhooks.blueprint)
    api.register(app, limiter, csrf)
    console.register(app, limiter)
    patient_site.register(app, limiter)
    app.before_request(_prepare)
    app.after_request(_secure)
    app.context_processor(i18n.template_values)
    app.register_error_handler(CSRFError, _csrf_failed)
    app.register_error_handler(RateLimitExceeded, _http_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(ServiceError, _service_error)
    app.register_error_handler(Exception, _unexpected)


def _prepare() -> None:
    g.csp_nonce = secrets.token_urlsafe(16)


def _secure(response: Response) -> Response:
    """Headers for every answer; pages may set a stricter policy of their own, never a laxer one."""
    nonce = g.get("csp_nonce", "")
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
        "media-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _service_error(error: ServiceError) -> tuple[str, int]:
    return _error_page(error.status, str(error), field=error.field if isinstance(error, BadInput) else "")


def _csrf_failed(error: CSRFError) -> tuple[str, int]:
    return _error_page(400, gettext("This page was open for too long. Please go back, reload it and send again."))


def _http_error(error: HTTPException) -> Response | tuple[str, int]:
    response = error.get_response()
    code = error.code or 500
    if code < 400:
        return Response(response.data, status=code, headers=dict(response.headers))
    if request.path.startswith("/api/"):
        answer = api_error(code, i18n.http_message(code))
        answer.headers.extend({"Allow": response.headers["Allow"]} if "Allow" in response.headers else {})
        return answer
    return _error_page(code, i18n.http_message(code))


def _unexpected(error: Exception) -> Response | tuple[str, int]:
    log.error("a request failed", path=request.path, exc_info=error)
    if request.path.startswith("/api/"):
        return api_error(500, i18n.http_message(500))
    return _error_page(500, i18n.http_message(500))


def _error_page(status: int, message: str, *, field: str = "") -> tuple[str, int]:
    return render_template("errors/error.html", status=status, message=message, field=field), status
