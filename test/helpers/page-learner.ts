// A small learner in a page with the build: what becomes of it in bad situations.
import sharp from "sharp";
import type { ErrorCode } from "../../src/errors.js";
import type { LearnerOptions } from "../../src/learner/options.js";
import type { PlatformOptions } from "../../src/learner/platform-options.js";
import { writeModel } from "../../src/onnx/write.js";
import { stream } from "../../src/random.js";
import type { BuildPage } from "./browser-build.js";
import { convModel, photoSize } from "./conv-network.js";

export const classes = ["blue", "green", "red"] as const;
const photosPerClass = 8;
const size = { height: photoSize, width: photoSize };

/** Noise in which one colour is stronger, as PNG. */
export async function colouredPhoto(label: (typeof classes)[number], number: number): Promise<Buffer> {
  const from = stream(number, "photo", label);
  const channel = 2 - classes.indexOf(label);
  const value = (_: unknown, i: number) => from.below(180) + (i % 3 === channel ? 40 : 0);
  const pixels = Uint8Array.from({ length: photoSize ** 2 * 3 }, value);
  return sharp(pixels, { raw: { ...size, channels: 3 } })
    .png()
    .toBuffer();
}

/** An error of ours, as it arrives from the page; of any other the code is missing. */
export interface PageError {
  readonly code?: ErrorCode;
  readonly details?: unknown;
  readonly message: string;
}

export interface PageOutcome {
  readonly error?: PageError;
  /** Of an epoch's training. */
  readonly loss?: number;
  readonly device?: string;
  readonly reason?: string;
}

/** Plain data: what the page makes a learner of. */
export type PageLearnerOptions = Partial<
  Omit<LearnerOptions & PlatformOptions, "data" | "model" | "signal" | "onProgress">
> & {
  /** "embedded": the package's own; default a small one, as bytes. */
  readonly model?: readonly number[] | "embedded";
};

/** Publishes photos; afterwards `globalThis.open(options)` in the page opens a learner on them. */
export async function prepareLearners(build: BuildPage): Promise<void> {
  const items: { image: string; label: string }[] = [];
  for (const label of classes)
    for (let number = 0; number < photosPerClass; number++) {
      const image = `/photos/${label}/${number}.png`;
      build.publish(image, await colouredPhoto(label, number));
      items.push({ image, label });
    }
  await build.run(
    async ({ createLearner, imageList }, { items, small, size }) => {
      const page = globalThis as unknown as PreparedPage;
      page.open = ({ model = small, ...rest } = {}) =>
        createLearner({
          ...(model !== "embedded" && { model: Uint8Array.from(model), image: { resize: size, crop: size } }),
          ...{ data: imageList(items), batchSize: 4, device: "wasm" },
          ...rest,
        });
      page.told = (error) => {
        const { code, details, message } = error as PageError;
        return { message: String(message ?? error), ...(code && { code, details }) };
      };
    },
    { items, small: [...writeModel(convModel())], size },
  );
}

/** What `prepareLearners` leaves in the page. */
export interface PreparedPage {
  open(options?: PageLearnerOptions): Promise<import("../../src/learner/learner.js").Learner>;
  told(error: unknown): PageError;
}

/** What becomes of a learner that is opened, trained for an epoch and disposed. */
export const attempt = (build: BuildPage, options: PageLearnerOptions = {}): Promise<PageOutcome> =>
  build.page.evaluate(
    async (options) => {
      const { open, told } = globalThis as unknown as PreparedPage;
      try {
        const learner = await open(options);
        const [epoch] = await learner.fit(1, 0.05);
        const { device, info } = learner;
        await learner.dispose();
        return { loss: epoch!.trainLoss, device, reason: info.reasons.device };
      } catch (error) {
        return { error: told(error) };
      }
    },
    options as PageLearnerOptions & {},
  );
