// Builds src/onnx/generated/ from src/onnx/onnx-ml.proto: onnx-ml.js by protobufjs (static code: no reflection, hence
// no `eval`), and onnx-ml.d.ts by the lines below. protobufjs's own declarations make every field nullable and mutable.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import protobuf from "protobufjs";
import cli from "protobufjs-cli";

const folder = fileURLToPath(new URL("../src/onnx/", import.meta.url));
const schema = `${folder}onnx-ml.proto`;
const script = `${folder}generated/onnx-ml.js`;

mkdirSync(`${folder}generated`, { recursive: true });
const without = ["verify", "convert", "create", "delimited", "typeurl", "service", "comments"].map(
  (part) => `--no-${part}`,
);
const pbjs = promisify(cli.pbjs.main);
await pbjs(["-t", "static-module", "-w", "esm", "--keep-case", ...without, "-o", script, schema]);
// Classes of a shared root would be replaced by those of another copy of this package (ESM beside CJS), or of anybody's
// "onnx", as soon as that is loaded.
const shared = '$protobuf.roots["default"] || ($protobuf.roots["default"] = {})';
const generated = readFileSync(script, "utf8");
if (!generated.includes(shared)) throw new Error("protobufjs-cli declares its root in another way than expected");
writeFileSync(script, generated.replace(shared, "{}"));

const root = new protobuf.Root().loadSync(schema, { keepCase: true });
root.resolveAll();
const namespace = root.lookup("onnx");
const messages = typesIn(namespace);
const declarations = `// Generated from onnx-ml.proto by scripts/build-proto.mjs.
import type { Reader, Writer } from "protobufjs/minimal.js";

/** A 64-bit integer: protobufjs reads it as two halves (a Long) and writes plain numbers as well. */
export type Int64 = number | { readonly low: number; readonly high: number; readonly unsigned: boolean };

export interface Message {
  /** Fields this schema does not know, tags included. */
  readonly $unknowns?: readonly Uint8Array[];
}

export type Fields<T> = { readonly [K in keyof T]?: T[K] | undefined };

export interface MessageClass<T extends Message> {
  new (fields?: Fields<T>): T;
  encode(message: T, writer?: Writer): Writer;
  decode(reader: Reader | Uint8Array): T;
}

${messages.map(declaration).join("\n")}
export declare const onnx: {
${messages
  .filter((type) => type.parent === namespace)
  .map((type) => `  readonly ${type.name}: MessageClass<${type.name}>;\n`)
  .join("")}};
`;
writeFileSync(`${folder}generated/onnx-ml.d.ts`, declarations);

function typesIn(scope) {
  return scope.nestedArray.filter((item) => item.fieldsArray).flatMap((type) => [type, ...typesIn(type)]);
}

function declaration(type) {
  const fields = type.fieldsArray.map((field) => {
    const [kind, absent] = fieldType(field);
    return field.repeated
      ? `  readonly ${field.name}: readonly ${kind}[];\n`
      : `  readonly ${field.name}?: ${kind}${absent};\n`;
  });
  return `export interface ${path(type)} extends Message {\n${fields.join("")}}\n`;
}

/** A field's type, and what a decoded message shows for an absent one where that is not the type's own default. */
function fieldType({ type, resolvedType }) {
  if (resolvedType instanceof protobuf.Type) return [path(resolvedType), " | null"];
  if (type === "string") return ["string", ""];
  if (type === "bytes") return ["Uint8Array", ""];
  return [type.endsWith("int64") ? "Int64" : "number", ""];
}

/** `TensorShapeProto.Dimension` → `TensorShapeProto_Dimension`, as in ONNX's C++. */
function path(type) {
  return type.fullName.replace(".onnx.", "").replaceAll(".", "_");
}
