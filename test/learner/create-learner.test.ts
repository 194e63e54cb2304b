import { describe, expect, it, vi } from "vitest";
import { imageList } from "../../src/datasets/image-list.js";
import type { Host } from "../../src/learner/border/host.js";
import { createLearnerOn } from "../../src/learner/create-learner.js";
import type { Learner } from "../../src/learner/learner.js";
import type { LearnerOptions } from "../../src/learner/options.js";
import { writeModel } from "../../src/onnx/write.js";
import { refusal } from "../helpers/refusal.js";
import { tinyModel } from "../helpers/tiny-network.js";
import { colourItems, portHost, tinyPlatform } from "../helpers/tiny-platform.js";

const data = imageList(colourItems(4));

/** A host that notes when connections are closed. */
function watchedHost() {
  const { connect } = portHost(tinyPlatform());
  const closed = vi.fn();
  const host: Host = {
    connect: (kind) => {
      const connection = connect(kind);
      return { ...connection, close: () => connection.close().then(closed) };
    },
  };
  return { host: { connect: vi.fn(host.connect) } as Host, closed };
}

/** The loss on the validation photos after an epoch. */
async function trained(options: Partial<LearnerOptions>, before?: (learner: Learner) => unknown): Promise<number> {
  const learner = await createLearnerOn(portHost(tinyPlatform()), { model: "tiny", data, batchSize: 4, ...options });
  await before?.(learner);
  const [result] = await learner.fit(1, 0.1);
  await learner.dispose();
  return result!.validLoss;
}

describe("createLearnerOn", () => {
  it("opens a model by name, and photos by list", async () => {
    const { host, closed } = watchedHost();
    const learner = await createLearnerOn(host, { model: "tiny", data });
    expect(learner.info).toMatchObject({ model: "tiny", classes: ["blue", "green", "red"] });
    expect(closed).not.toHaveBeenCalled();
    await learner.dispose();
    expect(closed).toHaveBeenCalledOnce();
  });

  it("sends a model's bytes, and images that are bytes", async () => {
    const decode = vi.fn(tinyPlatform().decoder.decode);
    const items = colourItems(4).map((item) => ({ ...item, image: Uint8Array.from(Buffer.from(item.image)) }));
    const bytes = writeModel(tinyModel({ size: 4 }));
    const options: LearnerOptions = {
      model: bytes,
      data: imageList(items),
      image: { resize: { height: 4, width: 4 }, crop: { height: 4, width: 4 } },
    };
    const learner = await createLearnerOn(
      portHost(tinyPlatform({ decoder: { ...tinyPlatform().decoder, decode } })),
      options,
    );
    expect(learner.info.model).toBe("the model given as bytes");
    await learner.prepare();
    expect(decode.mock.calls.map(([image]) => image)).toEqual(expect.arrayContaining(items.map(({ image }) => image)));
    expect(bytes.length).toBeGreaterThan(0);
    await learner.dispose();
  });

  it("trains with the optimizer that is asked for, at its momentum", async () => {
    const losses = [
      await trained({}),
      await trained({ optimizer: { name: "sgd", momentum: 0 } }),
      await trained({ optimizer: "adamw" }),
      await trained({ optimizer: { name: "adamw", beta1: 0 } }),
      await trained({ clipNorm: 0.01 }),
    ];
    expect(new Set(losses).size).toBe(losses.length);
    expect(await trained({ optimizer: { name: "sgd", momentum: 0.9 } })).toBe(losses[0]);
    expect(await trained({ optimizer: { name: "adamw", beta1: 0.9 } })).toBe(losses[2]);
    expect(await trained({ clipNorm: 1e6 })).toBe(losses[0]);
  });

  it("rehearses with it, and nothing of that remains", async () => {
    const options = { optimizer: "adamw", clipNorm: 1 } as const;
    const rehearsed = await trained(options, (learner) => learner.lrFind({ runs: 1 }));
    expect(rehearsed).toBe(await trained(options));
  });

  it("starts nothing for options that are wrong, or a signal that is aborted", async () => {
    const { host } = watchedHost();
    await refusal(() => createLearnerOn(host, { model: "tiny", data, batchSize: 0 }), "invalid-argument", "batchSize");
    const signal = AbortSignal.abort(new Error("never mind"));
    await expect(createLearnerOn(host, { model: "tiny", data, signal })).rejects.toThrow("never mind");
    expect(host.connect).not.toHaveBeenCalled();
  });

  it("closes the connection when opening fails or is cancelled", async () => {
    const { host, closed } = watchedHost();
    const { details } = await refusal(() => createLearnerOn(host, { model: "huge", data }), "model-not-found", "huge");
    expect(details.available).toEqual(["tiny"]);
    expect(closed).toHaveBeenCalledOnce();
    const controller = new AbortController();
    const opening = createLearnerOn(host, { model: "tiny", data, signal: controller.signal });
    // Options are looked at first.
    await vi.waitFor(() => expect(host.connect).toHaveBeenCalledTimes(2), { interval: 0 });
    controller.abort(new Error("enough"));
    await expect(opening).rejects.toThrow("enough");
    expect(closed).toHaveBeenCalledTimes(2);
  });
});
