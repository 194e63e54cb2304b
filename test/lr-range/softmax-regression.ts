// A real learner small enough for a test: softmax regression on seeded synthetic features, trained by SGD with
// momentum in plain TypeScript, so that suggestions are judged by what training at them does.
import { permutation, type Stream, stream } from "../../src/random.js";

export interface Task {
  readonly classes: number;
  readonly dims: number;
  readonly train: Samples;
  readonly valid: Samples;
}

interface Samples {
  /** Row-major [N, dims]. */
  readonly features: Float64Array;
  readonly labels: Int32Array;
}

export interface TaskOptions {
  readonly dims?: number;
  readonly classes?: number;
  readonly samples?: number;
  /** Factor on every feature: the useful rate moves by 1/scale². */
  readonly scale?: number;
  /** Distance of the class means, in standard deviations of the noise. */
  readonly separation?: number;
  /** Part of the labels that are drawn at random. */
  readonly labelNoise?: number;
  readonly seed?: number;
}

/** Features as a network pools them: not negative, of uneven variance, the classes apart in some directions. */
export function createTask(options: TaskOptions = {}): Task {
  const { dims = 64, classes = 3, samples = 600, scale = 1, separation = 3, labelNoise = 0, seed = 1 } = options;
  const random = stream(seed, "task");
  const spread = Float64Array.from({ length: dims }, (_, j) => (1 + j / 8) ** -0.5);
  const means = Float64Array.from({ length: classes * dims }, () => (separation * gaussian(random)) / Math.sqrt(dims));
  const draw = (count: number): Samples => {
    const features = new Float64Array(count * dims);
    const labels = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const label = i % classes;
      labels[i] = random.next() < labelNoise ? random.below(classes) : label;
      for (let j = 0; j < dims; j++) {
        const value = 0.5 + means[label * dims + j]! + spread[j]! * gaussian(random);
        features[i * dims + j] = scale * Math.max(0, value);
      }
    }
    return { features, labels };
  };
  return { classes, dims, train: draw(samples), valid: draw(samples) };
}

/** A freshly initialised head; `step` trains on the next batch of 64 and returns its loss before the update. */
export function createHead({ classes, dims, train }: Task, seed = 1) {
  const batchSize = 64;
  const momentum = 0.9;
  const count = train.labels.length;
  const weights = new Float64Array(classes * dims);
  const velocity = new Float64Array(weights.length);
  const gradient = new Float64Array(weights.length);
  let order = new Int32Array();
  let epoch = 0;
  let next = 0;

  const step = (lr: number): number => {
    if (next + batchSize > order.length) {
      order = Int32Array.from(permutation(count, stream(seed, "order", epoch++)));
      next = 0;
    }
    gradient.fill(0);
    let loss = 0;
    for (const sample of order.subarray(next, next + batchSize)) {
      const row = sample * dims;
      const probabilities = softmax(logits(weights, classes, dims, train.features, row));
      const label = train.labels[sample]!;
      loss -= Math.log(Math.max(probabilities[label]!, 1e-300)) / batchSize;
      for (let c = 0; c < classes; c++) {
        const d = (probabilities[c]! - (c === label ? 1 : 0)) / batchSize;
        const at = c * dims;
        for (let j = 0; j < dims; j++) gradient[at + j]! += d * train.features[row + j]!;
      }
    }
    next += batchSize;
    for (let k = 0; k < weights.length; k++) {
      velocity[k] = momentum * velocity[k]! + gradient[k]!;
      weights[k]! -= lr * velocity[k]!;
    }
    return loss;
  };

  const evaluate = ({ features, labels }: Samples): { loss: number; accuracy: number } => {
    let loss = 0;
    let right = 0;
    labels.forEach((label, i) => {
      const scores = logits(weights, classes, dims, features, i * dims);
      right += scores.indexOf(Math.max(...scores)) === label ? 1 : 0;
      loss -= Math.log(Math.max(softmax(scores)[label]!, 1e-300));
    });
    return { loss: loss / labels.length, accuracy: right / labels.length };
  };

  return { step, evaluate, stepsPerEpoch: Math.floor(count / batchSize) };
}

/** Trains a fresh head for some epochs at one rate; the result on the validation samples. */
export function trainAt(task: Task, lr: number, epochs = 5, seed = 1): { loss: number; accuracy: number } {
  const head = createHead(task, seed);
  for (let i = 0; i < epochs * head.stepsPerEpoch; i++) head.step(lr);
  return head.evaluate(task.valid);
}

function logits(weights: Float64Array, classes: number, dims: number, features: Float64Array, row: number): number[] {
  return Array.from({ length: classes }, (_, c) => {
    const at = c * dims;
    let sum = 0;
    for (let j = 0; j < dims; j++) sum += weights[at + j]! * features[row + j]!;
    return sum;
  });
}

function softmax(scores: readonly number[]): number[] {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Box-Muller. */
const gaussian = (random: Stream): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
