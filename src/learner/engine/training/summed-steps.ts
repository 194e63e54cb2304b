// Training steps on the device's own memory, one after the other: each is a run per part of its batch, whose gradients are
// summed, and one for the update. Weights, sums and rows stay there; what is read back is a list of losses.
import type { DeviceTensor, Feeds, Session } from "../../../runtime/session.js";
import { float32, int32, type Tensor } from "../../../tensor.js";
import { lossesSoFar, type Sums } from "../../../training-graph/micro-batches.js";
import type { Features } from "../features/feature-source.js";
import { turn } from "../turn.js";
import { type BeginTraining, type Rates, type StepContext, successors } from "./steps.js";

export interface SummedParts {
  /** Of a `gradientGraph` and its `updateGraph`. */
  readonly gradient: Session;
  readonly update: Session;
  readonly upload: (tensor: Tensor) => Promise<DeviceTensor>;
  readonly zeros: Sums;
  /** Rows of a batch that are run together. */
  readonly rowsPerRun: number;
  readonly groups: number;
}

/** Values on the device, by name. */
type Held = Readonly<Record<string, DeviceTensor>>;

export const summedSteps =
  (parts: SummedParts): BeginTraining =>
  async (start) => {
    const { upload, zeros } = parts;
    const all = await uploadAll({ ...zeros, ...start }, upload);
    const held = (names: object): Held => Object.fromEntries(Object.keys(names).map((name) => [name, all[name]!]));
    const zero = held(zeros);
    let state = held(start);
    const rows = rowsOnDevice(upload);
    return {
      take: async (context, { first, batches, rates }) => {
        const fixed = { ...zero, ...(await rows.of(context.data)) };
        const none = await upload(float32([batches.length]));
        let after: Held = { ...state, [lossesSoFar]: none };
        try {
          for (const [i, batch] of batches.entries()) {
            const isNow = {
              dtype: "bool",
              shape: [batches.length],
              data: Uint8Array.from(batches, (_, k) => +(k === i)),
            } as const;
            const next = await step(
              parts,
              context,
              { number: first + i, batch, isNow, rates, at: i },
              { state: after, fixed },
            );
            releaseBut(after, [state, next]);
            after = next;
          }
          const losses = (await after[lossesSoFar]!.read()).data as Float32Array;
          const { [lossesSoFar]: read, ...reached } = after;
          read!.release();
          releaseBut(state, [reached]);
          state = reached;
          return losses;
        } catch (error) {
          releaseBut(after, [state]);
          throw error;
        }
      },
      state: async () => {
        const read: Record<string, Tensor> = {};
        for (const [name, tensor] of Object.entries(state)) read[name] = await tensor.read();
        return read;
      },
      end: () => {
        rows.release();
        for (const held of [state, zero]) releaseBut(held, []);
      },
    };
  };

interface Step {
  readonly number: number;
  readonly batch: Int32Array;
  /** Its place in the list of losses. */
  readonly isNow: Tensor<"bool">;
  readonly rates: Rates;
  /** Which of the rates is its own. */
  readonly at: number;
}

/** The state after a step. What it was made from is left alone, all else is given back. */
async function step(
  { gradient, update, rowsPerRun, groups }: SummedParts,
  { masks, signal }: Pick<StepContext, "masks" | "signal">,
  { number, batch, isNow, rates, at }: Step,
  { state, fixed }: { state: Held; fixed: Held },
): Promise<Held> {
  const drawn = masks(number, 1, batch.length);
  const before = { ...fixed, ...state };
  let known = before;
  const advance = (outputs: Held): void => {
    const next = { ...known, ...successors(known, outputs) };
    releaseBut(known, [before, next]);
    known = next;
  };
  try {
    for (let row = 0; row < batch.length; row += rowsPerRun) {
      await turn(signal);
      const rows = batch.subarray(row, row + rowsPerRun);
      const part = Object.entries(drawn).map(([name, mask]) => [name, rowsOf(mask, row, rows.length)]);
      const feeds = { ...known, order: int32([rows.length], rows), ...Object.fromEntries(part) };
      advance(await gradient.runOnDevice(inputsOf(gradient, feeds)));
    }
    await turn(signal);
    const ratios = rates.ratios ?? Array<number>(groups).fill(1);
    const lr = ratios.map((ratio) => ratio * rates.lr[at]!);
    const feeds = { ...known, lr: float32([groups], lr), momentum: float32([], [rates.momentum[at]!]), is_now: isNow };
    advance(await update.runOnDevice(inputsOf(update, feeds)));
    const next = Object.fromEntries(Object.keys(state).map((name) => [name, known[name]!]));
    releaseBut(known, [before, next]);
    return next;
  } catch (error) {
    releaseBut(known, [before]);
    throw error;
  }
}

/** Features and labels, brought there once for as long as they are the same. */
function rowsOnDevice(upload: SummedParts["upload"]) {
  let of: Features["features"] | undefined;
  let held: Held = {};
  const release = (): void => {
    releaseBut(held, []);
    [held, of] = [{}, undefined];
  };
  return {
    of: async ({ features, labels }: Features): Promise<Held> => {
      if (of === features) return held;
      release();
      [held, of] = [await uploadAll({ features, labels }, upload), features];
      return held;
    },
    release,
  };
}

async function uploadAll(tensors: Readonly<Record<string, Tensor>>, upload: SummedParts["upload"]): Promise<Held> {
  const held: Record<string, DeviceTensor> = {};
  try {
    for (const [name, tensor] of Object.entries(tensors)) held[name] = await upload(tensor);
    return held;
  } catch (error) {
    releaseBut(held, []);
    throw error;
  }
}

/** Gives back what is in none of `kept`. */
function releaseBut(held: Held, kept: readonly Held[]): void {
  const needed = new Set(kept.flatMap((values) => Object.values(values)));
  for (const tensor of Object.values(held)) if (!needed.has(tensor)) tensor.release();
}

const inputsOf = ({ inputNames }: Session, values: Feeds): Feeds =>
  Object.fromEntries(inputNames.map((name) => [name, values[name]!]));

/** Of a mask [1, B, width], some rows: [rows, width]. */
function rowsOf({ shape, data }: Tensor<"uint8">, row: number, rows: number): Tensor<"uint8"> {
  const width = shape[2]!;
  return { dtype: "uint8", shape: [rows, width], data: data.subarray(row * width, (row + rows) * width) };
}
