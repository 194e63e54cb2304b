// Whether a device gives the gradients that the host gives, of the very layers that are to be trained: one run of two photos
// on each, before anything is learnt.
import { isRegraftError } from "../../../errors.js";
import { normals, stream } from "../../../random.js";
import type { Feeds } from "../../../runtime/session.js";
import { float32, int32, type Tensor } from "../../../tensor.js";
import type { TargetForm } from "../../../training-graph/loss.js";
import { nextState } from "../../../training-graph/step.js";
import type { Targets } from "../features/targets.js";
import { type FrozenNetwork, featuresOf } from "../model/frozen-network.js";
import type { OpenedGradient, Trained, TrainedParts } from "./trained.js";
import { openTrained } from "./trained-part.js";
import type { Workplace } from "./workplace.js";

interface Places {
  readonly device: Workplace;
  readonly host: Workplace;
}

/** What is trained, on the device; or why it cannot be there, as a phrase. */
export async function openProved(
  parts: TrainedParts,
  frozen: FrozenNetwork,
  { device, host }: Places,
): Promise<Trained | string> {
  try {
    const trained = await openTrained(parts, device);
    if (!trained.gradient) return trained;
    const feeds = { ...(await twoRows(parts, frozen)), ...allOf(trained) };
    const difference = await differenceOf(trained.gradient, feeds, host);
    if (difference <= tolerance) return trained;
    const how = Number.isFinite(difference)
      ? `they differ by ${difference.toExponential(0)} of their length`
      : "not numbers";
    return `the gradients of what is trained are others there (${how})`;
  } catch (error) {
    if (isRegraftError(error, "runtime-failed")) return error.message.replace(/\.$/, "");
    throw error;
  }
}

/**
 * Of a weight's gradient. Another order of summation makes some 1e-5 of it, a ReLU that comes to lie on its other side
 * more, a wrong kernel as much as there is.
 */
const tolerance = 1e-2;
/** Of all gradients together: what of one weight's is smaller may be rounding alone, as in front of a batch normalisation. */
const negligible = 1e-5;

async function twoRows({ backbone, features, loss }: TrainedParts, frozen: FrozenNetwork): Promise<Feeds> {
  return {
    features: float32([2, features], await featuresOf(frozen, backbone.photos)),
    labels: twoTargets(loss.targets),
    order: int32([2], [0, 1]),
  };
}

/** Two classes; or zeros and ones in turn. */
const twoTargets = (form: TargetForm): Targets =>
  form.dtype === "int32"
    ? int32([2], [0, 1])
    : float32(
        [2, form.width],
        Float32Array.from({ length: 2 * form.width }, (_, i) => i % 2),
      );

/** What is trained, nothing of it dropped. */
function allOf({ head, gradient }: Trained): Feeds {
  const masks = head.masks.map(({ name, width }) => {
    const mask: Tensor = { dtype: "uint8", shape: [2, width], data: new Uint8Array(2 * width).fill(1) };
    return [name, mask] as const;
  });
  const parameters = Object.entries(head.parameters).map(([name, weight]) => [name, offZero(weight, name)] as const);
  return { ...Object.fromEntries([...masks, ...parameters]), ...head.buffers, ...gradient!.zeros };
}

/** A linear head begins with zeros, through which no gradient comes to the layers below. */
function offZero(weight: Tensor<"float32">, name: string): Tensor<"float32"> {
  const { shape, data } = weight;
  if (data.some((x) => x !== 0)) return weight;
  const scale = 1 / Math.sqrt(shape.at(-1) ?? 1);
  return float32(
    shape,
    normals(data.length, stream(0, "gradient trial", name)).map((x) => scale * x),
  );
}

/** The largest, of what is computed; 0 where the host itself gives no numbers, which tells nothing. */
async function differenceOf({ model, zeros, session }: OpenedGradient, feeds: Feeds, host: Workplace): Promise<number> {
  const there: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(await session.runOnDevice(feeds))) {
    there[name] = await tensor.read();
    tensor.release();
  }
  const other = await host.open(model, "the gradient graph");
  const here = await other.run(feeds).finally(() => other.release());
  const names = Object.keys(zeros).map(nextState);
  const all = Math.hypot(...names.map((name) => lengthOf(here[name]!)));
  if (!Number.isFinite(all)) return 0;
  const differences = names.map((name) => {
    const own = Math.max(lengthOf(here[name]!), (negligible / tolerance) * all);
    return distance(here[name]!, there[name]!) / own;
  });
  return Math.max(...differences);
}

const lengthOf = ({ data }: Tensor): number => Math.sqrt((data as Float32Array).reduce((sum, x) => sum + x * x, 0));

function distance({ data }: Tensor, { data: other }: Tensor): number {
  const sum = (data as Float32Array).reduce((sum, x, i) => sum + (x - (other as Float32Array)[i]!) ** 2, 0);
  return Math.sqrt(sum);
}
