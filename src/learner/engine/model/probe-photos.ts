// Photos to try a network with: what matters is only that they differ.
import { type ImageTransform, outputSize } from "../../../datasets/transform.js";
import { stream } from "../../../random.js";
import type { Tensor } from "../../../tensor.js";

export type Photos = Tensor<"float32">;

/** Noise, as different as photos get: [2, 3, H, W]. */
export function twoPhotos(transform: ImageTransform): Photos {
  const { height, width } = outputSize(transform);
  const from = stream(0, "two photos");
  const data = Float32Array.from({ length: 2 * 3 * height * width }, () => 4 * from.next() - 2);
  return { dtype: "float32", shape: [2, 3, height, width], data };
}

/** One of them: [1, 3, H, W]. */
export function onePhoto({ shape, data }: Photos, index: number): Photos {
  const row = data.length / shape[0]!;
  return { dtype: "float32", shape: [1, ...shape.slice(1)], data: data.subarray(index * row, (index + 1) * row) };
}

/** `count` photos, the given ones in turn. */
export function repeated(photos: Photos, count: number): Photos {
  const [given, ...image] = photos.shape;
  const row = photos.data.length / given!;
  const data = new Float32Array(count * row);
  for (let i = 0; i < count; i++) data.set(onePhoto(photos, i % given!).data, i * row);
  return { dtype: "float32", shape: [count, ...image], data };
}

/** float32 rounds differently in other kernels; networks of a hundred layers come to some 1e-4 of the largest. */
export function sameFeatures(a: Float32Array, b: Float32Array): boolean {
  const largest = a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return a.every((x, i) => Math.abs(x - b[i]!) <= 1e-3 * largest || Object.is(x, b[i]));
}
