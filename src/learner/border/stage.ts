// Large options on their way to the engine: a message is copied while the caller's event loop waits, so images and model
// bytes go ahead in slices, each awaited, and the engine puts them together again.
import type { Dataset } from "../../datasets/dataset.js";
import type { ImageList } from "../../datasets/image-list.js";
import { compact, messageSize } from "../../datasets/image-source.js";
import type { LearnerSpec } from "./spec.js";

/** One message. */
export type Slice =
  | { readonly kind: "items"; readonly items: ImageList["items"]; readonly offset: number }
  | { readonly kind: "model"; readonly bytes: Uint8Array; readonly offset: number; readonly total: number };

// 8 MiB take a few milliseconds to copy.
const mostBytes = 8 * 2 ** 20;
const mostItems = 1000;

/** Sends what is large; returns the rest of the options. */
export async function stage(spec: LearnerSpec, send: (slice: Slice) => Promise<void>): Promise<LearnerSpec> {
  const { model } = spec;
  if (typeof model !== "string") {
    for (let offset = 0; offset < model.length; offset += mostBytes) {
      const bytes = new Uint8Array(model.subarray(offset, offset + mostBytes));
      await send({ kind: "model", bytes, offset, total: model.length });
    }
  }
  return {
    ...spec,
    model: typeof model === "string" ? model : new Uint8Array(0),
    data: await stageData(spec.data, send),
  };
}

/** Sends a list's items; returns the rest of the dataset. */
export async function stageData(data: Dataset, send: (slice: Slice) => Promise<void>): Promise<Dataset> {
  if (data.kind !== "list") return data;
  let offset = 0;
  for (const slice of inSlices(data.items, ({ image }) => messageSize(image))) {
    await send({ kind: "items", items: slice.map((item) => ({ ...item, image: compact(item.image) })), offset });
    offset += slice.length;
  }
  return { ...data, items: [] };
}

/** The items in order, as many at a time as one message may carry, at least one. */
export function* inSlices<T>(items: readonly T[], bytesOf: (item: T) => number): Generator<readonly T[], void> {
  for (let start = 0; start < items.length; ) {
    let end = start;
    let bytes = 0;
    while (end < items.length && end - start < mostItems && bytes < mostBytes) bytes += bytesOf(items[end++]!);
    yield items.slice(start, end);
    start = end;
  }
}

export interface Staging {
  take(slice: Slice): void;
  complete(spec: LearnerSpec): LearnerSpec;
  /** Hands the items over: they are not kept. */
  completeData(data: Dataset): Dataset;
}

/** The engine's side: takes the slices, then completes the options that come without them. */
export function createStaging(): Staging {
  let items: ImageList["items"][number][] = [];
  let model = new Uint8Array(0);
  const completeData = (data: Dataset): Dataset => {
    if (data.kind !== "list") return data;
    const complete = { ...data, items };
    items = [];
    return complete;
  };
  return {
    take: (slice) => {
      if (slice.kind === "items") {
        // What was sent before belonged to a call that was cancelled.
        if (slice.offset === 0) items = [];
        items.push(...slice.items);
      } else {
        if (slice.offset === 0) model = new Uint8Array(slice.total);
        model.set(slice.bytes, slice.offset);
      }
    },
    complete: (spec) => ({
      ...spec,
      model: typeof spec.model === "string" ? spec.model : model,
      data: completeData(spec.data),
    }),
    completeData,
  };
}
