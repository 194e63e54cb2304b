// The convolution lesson: what a 3×3 kernel does to a photo, what stride and padding do to its size, which kernels a network
// has learnt, what its layers make of the photo, and where it looks in the end. Run it with `npm run example:convolution`;
// `-- photo.jpg photos/` takes another photo, and a folder of class folders that it may belong to.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import sharp from "sharp";
import { toPixels } from "../../src/datasets/batches.js";
import { createNodeDecoder } from "../../src/datasets/node.js";
import { strongest } from "../../src/learner/engine/interpret/contact-sheet.js";
import type { Activation, GradCam } from "../../src/learner/interpret/interpretation.js";
import type { Learner } from "../../src/learner/learner.js";
import { fromPreprocessorConfig } from "../../src/models/preprocessor-config.js";
import { float32, type Tensor } from "../../src/tensor.js";
import { convolve, type Kernel, kernelOf, kernels, sizeAfter } from "./convolve.js";
import { exampleData, type FirstLayer, firstLayer, trained } from "./network.js";
import { lessonPage } from "./page.js";

/** What the page shows. */
export interface Lesson {
  /** [1, 1, H, W], 0 black to 1 white. */
  readonly photo: Tensor<"float32">;
  readonly kernels: readonly (Kernel & { readonly result: Tensor<"float32"> })[];
  /** One number of Sobel x, where it is greatest. */
  readonly worked: Worked;
  readonly steps: readonly Step[];
  readonly first: FirstLayer & { readonly maps: Tensor<"float32"> };
  /** What the network itself says there. */
  readonly said: Activation;
  /** The photo as the network sees it, [1, 3, H, W]. */
  readonly pixels: Tensor<"float32">;
  readonly activations: readonly (Omit<Activation, "data"> & { readonly channels: readonly Float32Array[] })[];
  readonly gradCam: GradCam;
}

export interface Worked {
  readonly row: number;
  readonly column: number;
  /** The nine pixels, row by row. */
  readonly patch: readonly number[];
  readonly kernel: readonly number[];
  readonly sum: number;
}

export interface Step {
  readonly stride: number;
  readonly padding: number;
  /** By the formula: height and width. */
  readonly expected: readonly [number, number];
  readonly result: Tensor<"float32">;
}

/** Pixels: beyond these, details of three are hard to see. */
const largestEdge = 128;
/** Channels of a layer. */
const shown = 8;

/** @param photos see `trained`. */
export async function lesson(path: string, photos?: string): Promise<Lesson> {
  const photo = await greyPhoto(path);
  const results = [];
  for (const kernel of kernels) results.push({ ...kernel, result: await same(photo, kernel.values) });
  const learner = await trained(photos);
  try {
    return {
      ...{ photo, kernels: results, worked: worked(photo, results.find(({ name }) => name === "Sobel x")!) },
      steps: await stepsOn(photo),
      ...(await network(learner, path)),
    };
  } finally {
    await learner.dispose();
  }
}

async function greyPhoto(path: string): Promise<Tensor<"float32">> {
  const size = { width: largestEdge, height: largestEdge, fit: "inside", withoutEnlargement: true } as const;
  const prepared = sharp(path).rotate().removeAlpha().resize(size).greyscale();
  const { data, info } = await prepared.raw().toBuffer({ resolveWithObject: true });
  return float32(
    [1, 1, info.height, info.width],
    Float32Array.from(data, (value) => value / 255),
  );
}

/** A border of one pixel keeps the size. */
const same = (photo: Tensor<"float32">, values: readonly number[]) =>
  convolve(photo, kernelOf(values), { pads: [1, 1, 1, 1] });

function worked({ shape, data }: Tensor<"float32">, { values, result }: Lesson["kernels"][number]): Worked {
  const [height, width] = shape.slice(2) as [number, number];
  let best = width + 1;
  // Not at the border, where zeros from outside have a part in it.
  for (let row = 1; row < height - 1; row++)
    for (let column = 1; column < width - 1; column++)
      if (result.data[row * width + column]! > result.data[best]!) best = row * width + column;
  const [row, column] = [Math.floor(best / width), best % width];
  const patch = [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((x) => data[(row + y) * width + column + x]!));
  return { row, column, patch, kernel: values, sum: result.data[best]! };
}

async function stepsOn(photo: Tensor<"float32">): Promise<Step[]> {
  const blur = kernels.find(({ name }) => name === "Box blur")!;
  const [height, width] = photo.shape.slice(2) as [number, number];
  const steps: Step[] = [];
  for (const stride of [1, 2])
    for (const padding of [0, 1]) {
      const after = (n: number) => sizeAfter(n, { kernel: 3, padding, stride });
      const pads = [padding, padding, padding, padding] as const;
      const result = await convolve(photo, kernelOf(blur.values), { strides: [stride, stride], pads });
      steps.push({ stride, padding, expected: [after(height), after(width)], result });
    }
  return steps;
}

async function network(
  learner: Learner,
  path: string,
): Promise<Pick<Lesson, "first" | "said" | "pixels" | "activations" | "gradCam">> {
  const config = await (await learner.exportFiles()).get("preprocessor_config.json")!.text();
  const transform = fromPreprocessorConfig(JSON.parse(config), "the network");
  const pixels = toPixels([await createNodeDecoder().decode(path, transform)], transform);
  const first = await firstLayer(learner);
  const activations = await learner.activations(path);
  const [said] = await learner.activations(path, { layers: [first.name] });
  return {
    pixels,
    said: said!,
    first: { ...first, maps: await convolve(pixels, first.kernels, first) },
    activations: activations.map(({ name, shape, ...rest }) => ({
      ...{ name, shape },
      channels: strongest({ name, shape, ...rest }, shown).map(({ map }) => map),
    })),
    gradCam: await learner.gradCam(path),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [photo = join(exampleData, "valid/ankle-boot/00513.png"), photos] = process.argv.slice(2);
  const page = fileURLToPath(new URL("../../convolution-lesson.html", import.meta.url));
  writeFileSync(page, await lessonPage(await lesson(photo, photos), readFileSync(photo)));
  console.log(`The lesson: ${page}`);
}
