// What makes two runs' features the same: the name of their folder in the cache.
import type { ImageTransform } from "../../../datasets/transform.js";
import { sha256 } from "../sha256.js";
import { segmentVersion } from "./feature-segment.js";

export interface FeatureOrigin {
  /** The frozen network as `writeModel` writes it. */
  readonly model: Uint8Array;
  readonly transform: ImageTransform;
  /** Devices round differently. */
  readonly device: string;
}

/** 64 hexadecimal digits, of the network, how photos are prepared for it, and the version of both format and code. */
export async function featureKey({ model, transform, device }: FeatureOrigin): Promise<string> {
  const origin = { network: await sha256(model), transform, device, version: segmentVersion };
  return sha256(new TextEncoder().encode(canonicalJson(origin)));
}

/** JSON with the fields of every object in order, so that equal values are equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
