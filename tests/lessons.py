"""A few invented lessons for small models: words that no term knows, so that only the model can tell."""

from __future__ import annotations

from typing import Final

from workers.training import Lesson

_CONDITIONS: Final = {
    "hernia": "the {} bulges out when I lift a crate and slips back when I rest",
    "cataract": "lamps have a {} halo around them and everything looks foggy at dusk",
    "epilepsy": "she stares and jerks with {} arms and bites her cheek, then sleeps",
    "dental": "my {} chewing side wobbles and I want fixed ones on titanium screws",
}
_FILLERS: Final = ("loud", "soft", "whole", "left", "right", "upper", "small", "big")
_DANGERS: Final = {
    "chest-pain": "he is grey and {} and clutches his waistcoat",
    "poisoning": "our {} nephew drained the lamp of its oil, all of it",
}
_INTENTS: Final = {
    "question": "from what age do you put in the {} implant, is it painful?",
    "treatment": "please take him in for the {} implant, he hears little",
    "cost": "what does the {} implant come to?",
    "other": "good morning to the {} people of your house",
    "spam": "the {} page of your house could be sold better by us",
}
_CALM: Final = "please tell me the {} price of a room with two beds and breakfast"


def lessons() -> list[Lesson]:
    """Eight messages for each of four conditions and two dangers, and sixteen about nothing of the kind."""
    told = [Lesson("condition", code, text.format(word)) for code, text in _CONDITIONS.items() for word in _FILLERS]
    told += [Lesson("red-flag", code, text.format(word)) for code, text in _DANGERS.items() for word in _FILLERS]
    told += [Lesson("condition", None, _CALM.format(word)) for word in _FILLERS]
    return told + [Lesson("red-flag", None, f"and {_CALM.format(word)}") for word in _FILLERS]


def lessons_of_intents() -> list[Lesson]:
    """Lessons about what the writer wants, of which one or two words differ."""
    return [Lesson("intent", code, text.format(word)) for code, text in _INTENTS.items() for word in _FILLERS]
