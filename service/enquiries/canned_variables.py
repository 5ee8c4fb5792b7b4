"""The variables of canned answers: "{name}" and its like, checked when a text is kept and filled when it is used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from service.errors import BadInput

#: What a canned answer can name of the enquiry that it answers.
VARIABLES: Final = ("name", "reference", "clinic", "condition", "coordinator")
_BRACED: Final = re.compile(r"\{([^{}]*)\}")
_OURS: Final = re.compile(r"\{(" + "|".join(VARIABLES) + r")\}")


def variables(text: str) -> frozenset[str]:
    """The variables of a text; `BadInput` for a name that is none, and for a brace without its other half."""
    found = frozenset(_BRACED.findall(text))
    unknown = sorted(found - set(VARIABLES))
    if unknown:
        known = ", ".join("{" + name + "}" for name in VARIABLES)
        raise BadInput(f"{{{unknown[0]}}} is not a variable; there are {known}", field="text")
    if set(_BRACED.sub("", text)) & set("{}"):
        raise BadInput("a brace stands alone; a variable is written like {name}", field="text")
    return found


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what is known in place of its variables; one without a value stays to be seen."""
    return _OURS.sub(lambda match: values.get(match[1]) or match[0], text)


def unfilled(text: str) -> list[str]:
    """The variables that still stand in a text, in their order, such as "{name}"."""
    return list(dict.fromkeys(match[0] for match in _OURS.finditer(text)))
