"""The words in which the console shows codes; a code that has none is shown as it is, made readable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from babel import Locale
from flask_babel import get_locale, lazy_gettext as _
from speaklater import _LazyString as Lazy  # type: ignore[import-untyped]

