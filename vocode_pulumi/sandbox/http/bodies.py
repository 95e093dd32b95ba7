# SPDX-License-Identifier: Apache-2.0
"""Bodies of requests, once they are checked, as the account takes them: plain JSON."""

from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from vocode_pulumi.sandbox.account.behaviour import Refused, problem
from vocode_pulumi.sandbox.account.store import Body
from vocode_pulumi.sandbox.wire import models

NEW: dict[str, TypeAdapter[Any]] = {
    collection.name: TypeAdapter(collection.new) for collection in models.COLLECTIONS
}
"""What an inline object in an update has to be when there is nothing yet that it could change."""


def new(params: BaseModel) -> Body:
    """Every field of what a request makes."""
    params = _inner(params)
    return {
        name: None if isinstance(getattr(params, name), models.Undefined) else value
        for name, value in params.model_dump(mode="json").items()
    }


def changes(params: BaseModel) -> Body:
    """The fields that an update names, and of each inline object those that it names."""
    params = _inner(params)
    return {
        name: _changed(getattr(params, name))
        for name in type(params).model_fields
        if name in params.model_fields_set
        and not isinstance(getattr(params, name), models.Undefined)
    }


def _changed(value: Any) -> Any:
    if isinstance(value, list):
        return [_changed(item) for item in value]
    if not isinstance(value, BaseModel):
        return TypeAdapter(Any).dump_python(value, mode="json")
    if any(field.default_factory is models.Undefined for field in _fields(value)):
        return changes(value)
    unset = {"signature_secret"} - value.model_fields_set
    return value.model_dump(mode="json", exclude=unset)


def _fields(value: BaseModel) -> Any:
    return type(_inner(value)).model_fields.values()


def complete(collection: str, inline: Body) -> Body:
    """Every field of an inline object that an update makes.

    Raises:
        Refused: it cannot be made.
    """
    try:
        return new(NEW[collection].validate_python(inline))
    except ValidationError as error:
        raise Refused(422, problems(error.errors(), "body", collection)) from error


def problems(errors: Any, *where: str) -> list[Body]:
    """A 422's ``detail``: what the document names of each problem, and never what was sent."""
    return [
        problem(*where, *error["loc"], msg=error["msg"], type=error["type"]) for error in errors
    ]


def _inner(params: BaseModel) -> BaseModel:
    """A union's own member."""
    root = getattr(params, "root", params)
    return root if isinstance(root, BaseModel) else params
