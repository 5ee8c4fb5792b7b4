"""The description of the API (OpenAPI 3.1): exactly what the code takes and answers."""

from __future__ import annotations

from typing import Any, Final

from service.api.requests import LONGEST
from service.enquiries.inbound import MAX_FILE_NAME, MAX_FILES
from service.enquiries.states import ENDED, OPEN
from service.understanding.knowledge import condition_codes, red_flag_codes
from service.understanding.reading import URGENCIES
from translations.languages import LANGUAGES

_ERRORS: Final = {
    "400": "The request is not in order: no JSON, or no Idempotency-Key.",
    "401": "No key, or one that is not known.",
    "403": "The key lacks the scope.",
    "404": "There is no such enquiry that came with this key.",
    "409": "The Idempotency-Key was used for another enquiry.",
    "413": "The request, the message or a file is too large.",
    "415": "The body is not JSON, or a file is of a kind that is not accepted.",
    "422": "A field is missing or wrong; the answer names it.",
    "429": "Too many requests with this key.",
}


def description(public_url: str) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Dragoman",
            "version": "1",
            "description": "Enquiries of patients, from a clinic's own site or a partner.",
        },
        "servers": [{"url": public_url}],
        "security": [{"key": []}],
        "paths": {
            "/api/v1/enquiries": {"post": _add()},
            "/api/v1/enquiries/{reference}": {"get": _show()},
            "/api/v1/openapi.json": {"get": _self()},
        },
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {"NewEnquiry": _new_enquiry(), "Receipt": _receipt(), "State": _state(), "Error": _error()},
        },
    }


def _add() -> dict[str, Any]:
    return {
        "operationId": "addEnquiry",
        "summary": "Hand in an enquiry. The same request again gets the same answer and makes no second enquiry.",
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,128}$"},
            }
        ],
        "requestBody": {"required": True, "content": _json("NewEnquiry")},
        "responses": {
            "201": {"description": "Stored; the patient may be told the reference.", "content": _json("Receipt")},
            "200": {"description": "It was here already.", "content": _json("Receipt")},
            **_errors("400", "401", "403", "409", "413", "415", "422", "429"),
        },
    }


def _show() -> dict[str, Any]:
    return {
        "operationId": "showEnquiry",
        "summary": "The state of an enquiry that came with this key; never its content.",
        "parameters": [{"name": "reference", "in": "path", "required": True, "schema": {"type": "string"}}],
        "responses": {
            "200": {"description": "Its state.", "content": _json("State")},
            **_errors("401", "403", "404", "429"),
        },
    }


def _self() -> dict[str, Any]:
    return {
        "operationId": "describe",
        "summary": "This description.",
        "security": [],
        "responses": {
            "200": {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}}
        },
    }


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _errors(*codes: str) -> dict[str, Any]:
    return {code: {"description": _ERRORS[code], "content": _json("Error")} for code in codes}


def _new_enquiry() -> dict[str, Any]:
    def text(name: str, **more: Any) -> dict[str, Any]:
        return {"type": "string", "maxLength": LONGEST[name], **more}

    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["message", "consent"],
        "anyOf": [{"required": ["email"]}, {"required": ["phone"]}],
        "properties": {
            "message": text("message", minLength=1, description="In the patient's own words and language."),
            "name": text("name"),
            "email": text("email", format="email"),
            "phone": text("phone", description="With + and country code, or national with the field country."),
            "country": text("country", pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2"),
            "language": {
                "enum": list(LANGUAGES),
                "description": "Of the page; the message tells its own.",
            },
            "condition": {"enum": list(condition_codes())},
            "consent": {"const": True, "description": "The patient agrees that this is stored, read and answered."},
            "consent_wording": text(
                "consent_wording", pattern="^[A-Za-z0-9._-]{1,40}$", description="The version of the words agreed to."
            ),
            "attachments": {
                "type": "array",
                "maxItems": MAX_FILES,
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["name", "content"],
                    "properties": {
                        "name": {"type": "string", "minLength": 1, "maxLength": MAX_FILE_NAME},
                        "content": {"type": "string", "contentEncoding": "base64", "description": "At most 10 MB."},
                    },
                },
            },
        },
    }


def _receipt() -> dict[str, Any]:
    advice = {
        "type": "object",
        "required": ["language", "text"],
        "properties": {"language": {"type": "string"}, "text": {"type": "string"}},
    }
    properties = {
        "reference": {"type": "string"},
        "received_at": {"type": "string", "format": "date-time"},
        "urgency": {"enum": list(URGENCIES)},
        "red_flags": {"type": "array", "items": {"enum": list(red_flag_codes())}},
        "language": {"type": "string"},
        "acknowledgement": {"type": "string", "description": "To be shown to the patient."},
        "emergency_advice": {"type": "array", "items": advice, "description": "To be shown first, if there is any."},
        "status_url": {"type": "string", "format": "uri"},
    }
    return {"type": "object", "required": list(properties), "properties": properties}


def _state() -> dict[str, Any]:
    moment = {"type": ["string", "null"], "format": "date-time"}
    properties = {
        "reference": {"type": "string"},
        "status": {"enum": [*OPEN, *ENDED]},
        "received_at": {"type": "string", "format": "date-time"},
        "first_answered_at": moment,
        "closed_at": moment,
    }
    return {"type": "object", "required": list(properties), "properties": properties}


def _error() -> dict[str, Any]:
    inner = {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "field": {"type": ["string", "null"]},
    }
    error = {"type": "object", "required": list(inner), "properties": inner}
    return {"type": "object", "required": ["error"], "properties": {"error": error}}
