# SPDX-License-Identifier: Apache-2.0
"""An OpenAPI document as lines of text: one for each operation, field and enumeration.

``name*: type = default``, the star for what is required; ``[x]`` a list, ``{x}`` an object with free
names, ``a | b`` one of several. The limits of a value follow its type. Titles and descriptions are left out; so is whether the document
tells an object apart as input and as output, which is the same object.
"""

import json
import re
from typing import Any

LIMITS = (
    *("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems"),
)


def lines(document: dict[str, Any]) -> list[str]:
    """The whole document, sorted."""
    found = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            query = ", ".join(
                _field(one["name"], one["schema"], one["required"])
                for one in operation.get("parameters", [])
            )
            body = operation.get("requestBody")
            content = _content(body) if body else ""
            sent = f" <- {_type(content)}{'' if body.get('required') else '?'}" if body else ""
            ok = operation["responses"]["200"]
            answer = next(iter(ok.get("content", {"-": {}})))
            got = _type(_content(ok)) if answer == "application/json" else answer
            statuses = "/".join(sorted(operation["responses"]))
            secured = " key" if operation.get("security") else ""
            found.append(
                f"{method.upper()} {path}({query}){sent} -> {statuses} {got}"
                f" {operation['operationId']}{secured}"
            )
    for name, schema in document["components"]["schemas"].items():
        name = _name(name)
        if "properties" not in schema:
            found.append(f"{name} = {_type(schema)}")
        closed = " closed" if schema.get("additionalProperties") is False else ""
        if not schema.get("properties"):
            found.append(f"{name} empty{closed}")
        found += [
            f"{name}.{_field(field, value, field in schema.get('required', []))}"
            for field, value in schema.get("properties", {}).items()
        ]
    return sorted(set(found))


def _content(holder: dict[str, Any]) -> Any:
    return next(iter(holder["content"].values())).get("schema", {})


def _field(name: str, schema: dict[str, Any], required: bool) -> str:
    default = schema.get("default")
    shown = f" = {json.dumps(default, sort_keys=True)}" if default is not None else ""
    return f"{name}{'*' if required else ''}: {_type(schema)}{shown}"


def _type(schema: Any) -> str:
    if "$ref" in schema:
        return _name(schema["$ref"].rsplit("/", 1)[-1])
    for union in ("anyOf", "oneOf", "allOf"):
        if union in schema:
            by = " by type" if schema.get("discriminator") else ""
            return " | ".join(_type(one) for one in schema[union]) + by
    if "const" in schema or "enum" in schema:
        return "/".join(schema.get("enum", [schema.get("const")]))
    limits = "".join(f" {name} {schema[name]}" for name in LIMITS if name in schema)
    kind: str = schema.get("type", "any")
    if kind == "array":
        return f"[{_type(schema['items'])}]{limits}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"{{{_type(schema['additionalProperties'])}}}"
    return f"{schema.get('format', kind)}{limits}"


def _name(name: str) -> str:
    return re.sub("-(Input|Output)$", "", name)
