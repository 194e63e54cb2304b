// regraft predict: what an exported classifier sees in images.
import { type Command, Option } from "commander";
import type { Task } from "../../datasets/task.js";
import { isRegraftError } from "../../errors.js";
import type { AnyPrediction } from "../../learner/engine/prediction/prediction-of.js";
import { loadClassifierOn } from "../../learner/load-classifier.js";
import type { Device } from "../../runtime/devices.js";
import { ttaOption } from "../augment-options.js";
import type { Environment } from "../environment.js";
import { deviceOption, jsonOption, whole } from "../options.js";
import type { Output } from "../output.js";
import type { Perform } from "../perform.js";
import { percent } from "../table.js";

interface PredictFlags {
  readonly top: number;
  readonly device: string;
  readonly tta?: boolean;
  readonly json?: boolean;
}

export function addPredict(program: Command, environment: Environment, perform: Perform): void {
  program
    .command("predict")
    .summary("tell what images show with an exported model")
    .description(
      "Tell what images show: their classes, labels or numbers. One that cannot be read is reported, the others are predicted.",
    )
    .argument("<model-folder>", "what `regraft train` has exported")
    .argument("<image...>", "image files")
    .addOption(
      new Option("-t, --top <integer>", "how many classes, or labels, to name").argParser(whole(1, 1000)).default(3),
    )
    .addOption(ttaOption())
    .addOption(deviceOption())
    .addOption(jsonOption())
    .addHelpText("after", examples)
    .action((folder: string, images: string[], flags: PredictFlags) =>
      perform(flags, (output) => predict({ folder, images, flags }, environment, output)),
    );
}

const examples = `
Examples:
  $ regraft predict pets-model/ cat.jpg dog.jpg
  $ regraft predict pets-model/ *.jpg --top 1 --json | tail -1

In the JSON, of classes: label, probability, scores; of labels: labels, scores; of numbers: values by name.`;

/** The line, and what the JSON has. */
function told(prediction: AnyPrediction, top: number): { readonly text: string; readonly fields: object } {
  if ("values" in prediction) {
    const { values } = prediction;
    const text = Object.entries(values).map(([name, value]) => `${name} ${value.toPrecision(6)}`);
    return { text: text.join(", "), fields: { values } };
  }
  const scores = prediction.scores.slice(0, top);
  const text = scores.map(({ label, probability }) => `${label} ${percent(probability)}`).join(", ");
  if ("labels" in prediction) {
    const { labels } = prediction;
    return { text: `${labels.join(", ") || "no label"} (${text})`, fields: { labels, scores } };
  }
  const { label, probability } = prediction;
  return { text, fields: { label, probability, scores } };
}

interface Request {
  readonly folder: string;
  readonly images: readonly string[];
  readonly flags: PredictFlags;
}

async function predict({ folder, images, flags }: Request, environment: Environment, output: Output): Promise<0 | 1> {
  const { host, signal } = environment;
  const { tta = false } = flags;
  await using classifier = await loadClassifierOn<Task>(host, folder, {
    device: flags.device as Device,
    signal,
    onProgress: output.progress,
  });
  for (const notice of classifier.info.notices) output.note(`note: ${notice}`);
  const predictions: object[] = [];
  let failures = 0;
  // One at a time: a list would be refused as a whole for one image that cannot be read.
  for (const [i, image] of images.entries()) {
    try {
      const { text, fields } = told(await classifier.predict(image, { signal, tta }), flags.top);
      output.result(`${image}: ${text}`);
      predictions.push({ image, ...fields });
    } catch (error) {
      if (!isRegraftError(error, "unreadable-image")) throw error;
      output.error(error);
      predictions.push({ image, error: { code: error.code, message: error.message } });
      failures++;
    }
    output.progress({ phase: "predict", done: i + 1, total: images.length });
  }
  output.json({ predictions });
  return failures > 0 ? 1 : 0;
}
