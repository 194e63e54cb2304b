// AttributeProto ⇄ Attribute. What a file says beyond the value (doc string, unknown fields) survives writing.
import { assert } from "../errors.js";
import type { Attribute, Constant, Graph } from "./graph.js";
import { type AttributeProto, edit, type Fields, fromInt64, type GraphProto, onnx, toInt64 } from "./proto.js";
import { toTensorProto } from "./tensor-data.js";

/** Reads one attribute; `readGraph` reads a subgraph in the scope of the attribute's node. */
export function readAttribute(proto: AttributeProto, readGraph: (graph: GraphProto) => Graph): Attribute {
  const kind = kindOf(proto);
  if (kind === "GRAPH") return { type: kind, value: readGraph(proto.g!) };
  if (kind === "GRAPHS") return { type: kind, value: proto.graphs.map(readGraph) };
  return readPlain(proto, kind) ?? { type: "OTHER", value: proto };
}

/** Writes one attribute over `before`, the one of this name that the node has in its file. */
export function writeAttribute(
  name: string,
  attribute: Attribute,
  before: AttributeProto | undefined,
  writeGraph: (graph: Graph) => GraphProto,
): AttributeProto {
  if (attribute.type === "OTHER") {
    assert(
      attribute.value instanceof onnx.AttributeProto,
      `the attribute ${name} of type OTHER holds no AttributeProto`,
    );
    const proto: AttributeProto = attribute.value;
    return proto.name === name ? proto : edit(proto, { name });
  }
  const kind = before && kindOf(before);
  if (!before || kind !== attribute.type) {
    return new onnx.AttributeProto({
      name,
      type: kinds[attribute.type].type,
      ...fieldsOf(name, attribute, writeGraph),
    });
  }
  // Writing an unchanged value could add a field that the file leaves at its default.
  return same(readPlain(before, kind), attribute) ? before : edit(before, fieldsOf(name, attribute, writeGraph));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

type Known = Exclude<Attribute, { type: "OTHER" }>;
type Kind = Known["type"];

/** Each kind's AttributeProto.AttributeType and the field its value is in. */
const kinds = {
  FLOAT: { type: 1, field: "f" },
  INT: { type: 2, field: "i" },
  STRING: { type: 3, field: "s" },
  TENSOR: { type: 4, field: "t" },
  GRAPH: { type: 5, field: "g" },
  FLOATS: { type: 6, field: "floats" },
  INTS: { type: 7, field: "ints" },
  STRINGS: { type: 8, field: "strings" },
  GRAPHS: { type: 10, field: "graphs" },
} as const satisfies Record<Kind, { type: number; field: keyof AttributeProto }>;

/** Undefined: a kind that stays in its proto. Files of IR version 1 do not mark the type: there the filled field tells. */
function kindOf(proto: AttributeProto): Kind | undefined {
  if (proto.ref_attr_name) return undefined;
  const candidates = (Object.keys(kinds) as Kind[]).filter((kind) =>
    proto.type ? kinds[kind].type === proto.type : isFilled(proto, kinds[kind].field),
  );
  const [kind] = candidates;
  if (!kind || candidates.length > 1) return undefined;
  return (kind === "TENSOR" && !proto.t) || (kind === "GRAPH" && !proto.g) ? undefined : kind;
}

function isFilled(proto: AttributeProto, field: keyof AttributeProto): boolean {
  const value = proto[field];
  return Array.isArray(value) ? value.length > 0 : Object.hasOwn(proto, field) && value !== null;
}

function readPlain(proto: AttributeProto, kind: Kind | undefined): Attribute | undefined {
  switch (kind) {
    case "FLOAT":
      return { type: kind, value: proto.f ?? 0 };
    case "INT":
      return { type: kind, value: fromInt64(proto.i ?? 0) };
    case "STRING": {
      const value = utf8(proto.s ?? new Uint8Array());
      return value === undefined ? undefined : { type: kind, value };
    }
    case "TENSOR":
      return { type: kind, value: { proto: proto.t! } };
    case "FLOATS":
      return { type: kind, value: proto.floats };
    case "INTS":
      return { type: kind, value: proto.ints.map(fromInt64) };
    case "STRINGS": {
      const value = proto.strings.map(utf8);
      return value.every((text) => text !== undefined) ? { type: kind, value } : undefined;
    }
    default:
      return undefined;
  }
}

function fieldsOf(name: string, attribute: Known, writeGraph: (graph: Graph) => GraphProto): Fields<AttributeProto> {
  switch (attribute.type) {
    case "FLOAT":
      return { f: attribute.value };
    case "INT":
      return { i: toInt64(attribute.value) };
    case "STRING":
      return { s: encoder.encode(attribute.value) };
    case "TENSOR":
      return { t: "proto" in attribute.value ? attribute.value.proto : toTensorProto(name, attribute.value.tensor) };
    case "GRAPH":
      return { g: writeGraph(attribute.value) };
    case "FLOATS":
      return { floats: attribute.value };
    case "INTS":
      return { ints: attribute.value.map(toInt64) };
    case "STRINGS":
      return { strings: attribute.value.map((text) => encoder.encode(text)) };
    case "GRAPHS":
      return { graphs: attribute.value.map(writeGraph) };
  }
}

function same(before: Attribute | undefined, after: Known): boolean {
  if (before?.type !== after.type) return false;
  if (before.type === "TENSOR") return protoOf(before.value) === protoOf(after.value as Constant);
  if (!Array.isArray(before.value)) return Object.is(before.value, after.value);
  const [a, b] = [before.value, after.value as readonly unknown[]];
  return a.length === b.length && a.every((item, i) => Object.is(item, b[i]));
}

const protoOf = (constant: Constant): unknown => ("proto" in constant ? constant.proto : constant.tensor);

/** Undefined when the bytes are not UTF-8: ONNX's strings may be any bytes. */
function utf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
