"""What somebody at the clinic is: who answers patients, who sees that nobody waits, who sets up, and who looks on."""

from __future__ import annotations

from typing import Final, Literal

Role = Literal["coordinator", "lead", "admin", "auditor"]
ROLES: Final[tuple[Role, ...]] = ("coordinator", "lead", "admin", "auditor")
#: Those who see that nobody waits, and those who set the clinic up.
LEADS: Final[tuple[Role, ...]] = ("lead", "admin")
