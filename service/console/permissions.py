"""Who may do what: everybody may look and coordinators act, unless a view says `only` for whom it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import current_app, request
from flask_babel import gettext as _

from service.console.sessions import Member
from service.errors import Forbidden
from service.roles import Role

View = TypeVar("View", bound=Callable[..., Any])

ADMINS: Final[tuple[Role, ...]] = ("admin",)
#: Open to a role that may look at everything and change nothing.
AUDITORS: Final[tuple[Role, ...]] = ("auditor",)
#: The only things that somebody who may not act may post: they concern themselves alone.
ALWAYS_ALLOWED: Final = frozenset(
    f"console.{name}"
    for name in ("sign_out", "change_account", "change_password", "renew_recovery_codes", "change_second_factor")
)
_HARMLESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_ROLES: Final = "dragoman_roles"


def only(*roles: Role) -> Callable[[View], View]:
    """Mark a view as being for these roles alone. Stand it under the route, next to the function."""

    def mark(view: View) -> View:
        setattr(view, _ROLES, frozenset(roles))
        return view

    return mark


def may(member: Member, endpoint: str) -> bool:
    """Whether a member may open the pages of an endpoint at all."""
    roles = getattr(current_app.view_functions.get(endpoint), _ROLES, None)
    return roles is None or member.role in roles


def check(member: Member) -> None:
    """`Forbidden` if this request is not for the member."""
    if request.endpoint in ALWAYS_ALLOWED:
        return
    if request.method not in _HARMLESS and not member.may_act:
        raise Forbidden(_("An auditor may look at everything here, but not change it."))
    if not may(member, request.endpoint or ""):
        raise Forbidden(_("This page is not for your role. Ask an administrator if you need it."))
