"""Writes versions.json: every change of an operator of ONNX's own domain in the opsets 8 to 26, and of which kind it is.

Run with Python and onnx 1.23: `python test/onnx/opset/versions.py`. Kinds, the strongest first:
new         the operator comes, after opset 18
deprecated  the operator goes
form        attributes, inputs or outputs change: their names, order, defaults, or whether they may be left out
text        nothing but the description changes, which may hide a change of meaning
types       the description is the same, and so only element types may have been added
"""

import json
from collections import defaultdict
from pathlib import Path

from onnx import defs, helper

OLDEST, TARGET, NEWEST = 7, 18, 26


def words(text):
    return " ".join((text or "").split())


def default(attribute):
    return helper.get_attribute_value(attribute.default_value) if attribute.default_value.type else None


def form(schema):
    attributes = {name: (a.type, a.required, default(a)) for name, a in schema.attributes.items()}
    slots = [[(slot.option, slot.is_homogeneous) for slot in part] for part in (schema.inputs, schema.outputs)]
    return attributes, slots


def text(schema):
    parts = [*schema.attributes.values(), *schema.inputs, *schema.outputs]
    return [words(schema.doc), *(words(part.description) for part in parts)]


def kind(before, after):
    if before is None:
        return "new"
    if after.deprecated and not before.deprecated:
        return "deprecated"
    if form(before) != form(after):
        return "form"
    return "types" if text(before) == text(after) else "text"


history = defaultdict(dict)
for schema in defs.get_all_schemas_with_history():
    if schema.domain == "":
        history[schema.name][schema.since_version] = schema

changes = {}
for name, schemas in sorted(history.items()):
    versions = sorted(schemas)
    pairs = [(None, versions[0])] if versions[0] > TARGET else []
    pairs += zip(versions, versions[1:])
    found = {after: kind(schemas.get(before), schemas[after]) for before, after in pairs if OLDEST < after <= NEWEST}
    # Deprecated in the target itself, whoever used it before.
    if versions[0] == TARGET and schemas[TARGET].deprecated:
        found[TARGET] = "deprecated"
    by_kind = defaultdict(list)
    for version, what in sorted(found.items()):
        by_kind[what].append(version)
    if found:
        changes[name] = by_kind

lines = [f"  {json.dumps(name)}: {{ {json.dumps(found)[1:-1]} }}" for name, found in changes.items()]
Path(__file__).with_name("versions.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
