// A model's opset imports and metadata ⇄ records. Entries that did not change stay as the file has them, in its order.
import type { Model } from "./graph.js";
import { edit, fromInt64, type OperatorSetIdProto, onnx, type StringStringEntryProto } from "./proto.js";

/** ONNX's own domain is "", however a file spells it. */
export const normalDomain = (domain = ""): string => (domain === "ai.onnx" ? "" : domain);

export const readOpsets = (entries: readonly OperatorSetIdProto[]): Model["opsets"] =>
  Object.fromEntries(entries.map(({ domain, version }) => [normalDomain(domain), Number(fromInt64(version ?? 0))]));

export const readMetadata = (entries: readonly StringStringEntryProto[]): Model["metadata"] =>
  Object.fromEntries(entries.map(({ key = "", value = "" }) => [key, value]));

export const writeOpsets = (opsets: Model["opsets"], entries: readonly OperatorSetIdProto[]): OperatorSetIdProto[] =>
  merge(opsets, readOpsets(entries), entries, {
    keyOf: ({ domain }) => normalDomain(domain),
    change: (entry, version) => edit(entry, { version }),
    create: (domain, version) => new onnx.OperatorSetIdProto({ domain, version }),
  });

export const writeMetadata = (
  metadata: Model["metadata"],
  entries: readonly StringStringEntryProto[],
): StringStringEntryProto[] =>
  merge(metadata, readMetadata(entries), entries, {
    keyOf: ({ key = "" }) => key,
    change: (entry, value) => edit(entry, { value }),
    create: (key, value) => new onnx.StringStringEntryProto({ key, value }),
  });

interface EntryKind<Entry, Content> {
  keyOf(entry: Entry): string;
  change(entry: Entry, content: Content): Entry;
  create(key: string, content: Content): Entry;
}

function merge<Entry, Content>(
  after: Readonly<Record<string, Content>>,
  before: Readonly<Record<string, Content>>,
  entries: readonly Entry[],
  { keyOf, change, create }: EntryKind<Entry, Content>,
): Entry[] {
  const kept = entries.filter((entry) => Object.hasOwn(after, keyOf(entry)));
  const added = Object.keys(after).filter((key) => !Object.hasOwn(before, key));
  return [
    ...kept.map((entry) => {
      const content = after[keyOf(entry)]!;
      return content === before[keyOf(entry)] ? entry : change(entry, content);
    }),
    ...added.map((key) => create(key, after[key]!)),
  ];
}
