"""The heart of the program. All its tables are known as soon as one is: they refer to each other by name."""

from service.enquiries import desk_model, door_model, model

__all__ = ["desk_model", "door_model", "model"]
