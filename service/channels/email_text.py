"""The words of a mail: its text in any charset, HTML as text, and its own words apart from what it quotes."""

from __future__ import annotations

import html
import re
from email.message import Message
from typing import Final

import nh3

from service.enquiries.inbound import clean_text
from service.understanding.text.quotes import own_lines

#: What a reader sees of a mail; the rest is kept in the raw mail beside it.
MAX_BODY: Final = 200_000
_BLOCK: Final = re.compile(r"(?i)</?(?:p|div|br|tr|li|h[1-6]|table|blockquote|ul|ol)\b[^>]*>")
_HIDDEN: Final = re.compile(r"(?is)<(script|style|head|title)\b.*?</\1\s*>|<!--.*?-->")
_BLOCKQUOTE: Final = re.compile(r"(?is)<blockquote\b.*?</blockquote\s*>|<div[^>]+class=\"?gmail_quote.*", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")
_SPACES: Final = re.compile(r"[ \t\u00a0]+")
_EMPTY_LINES: Final = re.compile(r"\n{3,}")
_SIGNATURE: Final = re.compile(r"^-- ?$", re.MULTILINE)
#: Tags that may be shown; images and anything that fetches from outside are not among them.
_SHOWN_TAGS: Final = frozenset(
    {"p", "div", "br", "span", "b", "strong", "i", "em", "u", "ul", "ol", "li", "blockquote", "table", "tr", "td",
     "th", "tbody", "thead", "h1", "h2", "h3", "h4", "pre", "hr"}
)  # fmt: skip


def body(mail: Message) -> str:
    """The text of a mail: the plain part, or else the HTML as text; empty if there is none."""
    plain = [text for part in _texts(mail, "text/plain") if (text := _content(part)).strip()]
    if plain:
        return "\n".join(plain)[:MAX_BODY]
    return "\n".join(from_html(_content(part)) for part in _texts(mail, "text/html"))[:MAX_BODY]


def shown_html(mail: Message) -> str:
    """The HTML of a mail without anything that acts, fetches or lies about where it leads; empty if it has none."""
    whole = "".join(_content(part) for part in _texts(mail, "text/html"))[:MAX_BODY]
    return nh3.clean(whole, tags=set(_SHOWN_TAGS), attributes={"*": {"dir", "lang"}}, link_rel=None)


def own_words(text: str) -> tuple[str, str]:
    """What the writer wrote, and what was quoted below or between; all of it if nothing else is left."""
    text = clean_text(text)
    lines = text.split("\n")
    mine = own_lines(lines)
    own = "\n".join(line for line, is_mine in zip(lines, mine, strict=True) if is_mine)
    own = _SIGNATURE.split(own, maxsplit=1)[0].strip()
    quoted = "\n".join(line for line, is_mine in zip(lines, mine, strict=True) if not is_mine).strip()
    return (own, quoted) if own else (text, "")


def from_html(markup: str) -> str:
    """HTML as lines of text."""
    visible = _HIDDEN.sub(" ", markup)
    lines = html.unescape(_TAG.sub("", _BLOCK.sub("\n", visible.replace("\r", "").replace("\n", " "))))
    return _EMPTY_LINES.sub("\n\n", "\n".join(_SPACES.sub(" ", line).strip() for line in lines.split("\n"))).strip()


def decode(raw: bytes, charset: str | None) -> str:
    """Bytes as text in the charset they claim, or the one they most likely have: nothing is refused for its charset."""
    for name in (charset, "utf-8", "windows-1252"):
        try:
            return raw.decode(name) if name else raw.decode()
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return raw.decode("latin-1")


def _texts(mail: Message, wanted: str) -> list[Message]:
    """The parts of this type that are the mail's own text: no attachments, nothing of a mail within it."""
    found: list[Message] = []
    _gather(mail, wanted, found)
    return found


def _gather(part: Message, wanted: str, found: list[Message], depth: int = 0) -> None:
    if depth > 20 or part.get_content_maintype() == "message":
        return
    payload = part.get_payload()
    if isinstance(payload, list):
        for inner in payload:
            if isinstance(inner, Message):
                _gather(inner, wanted, found, depth + 1)
    elif part.get_content_type() == wanted and part.get_content_disposition() != "attachment":
        found.append(part)


def _content(part: Message) -> str:
    try:
        raw = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        raw = None
    if isinstance(raw, bytes):
        return decode(raw, part.get_content_charset())
    payload = part.get_payload()
    return payload if isinstance(payload, str) else ""
