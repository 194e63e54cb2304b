import { describe, expect, it } from "vitest";
import { decodeManifest, encodeManifest, type Manifest } from "../../../../src/learner/engine/checkpoint/manifest.js";
import { manifest } from "../../../helpers/checkpoint-content.js";
import { refusal } from "../../../helpers/refusal.js";

const file = { file: "x", bytes: 3, sha256: "00" };
const whole: Manifest = { ...manifest, tensors: file, photos: file };

describe("a manifest", () => {
  it("gives back what was written, with numbers that JSON does not have", async () => {
    const unusual = {
      ...whole,
      spec: { ...whole.spec, cache: { memoryLimit: Number.POSITIVE_INFINITY, folder: undefined } },
      note: { nothing: null, list: [Number.NaN, Number.NEGATIVE_INFINITY, 0.1 + 0.2, 1e-320], 1: "one" },
    };
    const decoded = await decodeManifest(await encodeManifest(unusual), "here");
    expect(decoded).toEqual(unusual);
    expect(decoded.note).toEqual(unusual.note);
  });

  it("says at its top what it is, for those who find it", async () => {
    const text = new TextDecoder().decode(await encodeManifest(whole));
    expect(text).toMatch(
      /^\{\n "about": "A training's checkpoint, written by regraft: [^"]*",\n "sha256": "[0-9a-f]{64}",/,
    );
    expect(JSON.parse(text)).toMatchObject({ version: 1, position: { epoch: 2, step: 5 }, spec: { seed: 42 } });
  });

  it("is refused when any bit of what it says is another", async () => {
    const bytes = await encodeManifest(whole);
    for (let at = 0; at < bytes.length; at += 3) {
      const damaged = bytes.with(at, bytes[at]! ^ (1 << (at % 7)));
      // Of `about` and white space nothing depends.
      const decoded = await decodeManifest(damaged, "here").catch((error: unknown) => error);
      if (decoded instanceof Error)
        await refusal(() => decodeManifest(damaged, "here"), "invalid-checkpoint", "it is damaged");
      else expect(decoded).toEqual(whole);
    }
  });

  it("is refused when it is cut off, empty, or something else", async () => {
    const bytes = await encodeManifest(whole);
    for (const part of [bytes.subarray(0, bytes.length / 2), new Uint8Array(0), new TextEncoder().encode("null")])
      await refusal(
        () => decodeManifest(part, "here"),
        "invalid-checkpoint",
        "Cannot load the checkpoint here: it is damaged",
      );
  });

  it("keeps what is called as numbers are that JSON does not have", async () => {
    const loss = { name: "cross-entropy", labelSmoothing: 0, classWeights: { "not finite": 3 } } as const;
    const odd = { ...whole, spec: { ...whole.spec, loss }, note: { "not finite": ["NaN", Number.NaN] } };
    expect(await decodeManifest(await encodeManifest(odd), "here")).toEqual(odd);
  });

  it.each(["tensors", "photos", "position", "learner", "spec", "training"] as const)(
    "without %s is refused, whoever has written it",
    async (field) => {
      const { [field]: _, ...rest } = whole;
      const reason = "it lacks what belongs to a checkpoint";
      const without = await encodeManifest(rest as Manifest);
      await refusal(() => decodeManifest(without, "here"), "invalid-checkpoint", reason);
      const odd = await encodeManifest({ ...whole, [field]: null, start: { file: 5 } as never });
      await refusal(() => decodeManifest(odd, "here"), "invalid-checkpoint", reason);
    },
  );

  it("of another version is refused with what to do", async () => {
    const later = await encodeManifest({ ...whole, version: 2 as never });
    await refusal(
      () => decodeManifest(later, "here"),
      "invalid-checkpoint",
      "it is of version 2, not 1: the regraft that wrote",
    );
  });
});
