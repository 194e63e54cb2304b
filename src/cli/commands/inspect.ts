// regraft inspect: what a model is, and how it would be cut. No photos are needed.
import type { Command } from "commander";
import type { ImageTransform } from "../../datasets/transform.js";
import type { Progress } from "../../learner/border/events.js";
import {
  type Graft,
  type InspectedGroup,
  type InspectedValue,
  type Inspection,
  inspectModel,
} from "../../learner/engine/inspect.js";
import type { Environment } from "../environment.js";
import { cutOption, headOption, jsonOption, type LearnerFlags } from "../options.js";
import type { Output } from "../output.js";
import type { Perform } from "../perform.js";
import { table } from "../table.js";

export function addInspect(program: Command, environment: Environment, perform: Perform): void {
  program
    .command("inspect")
    .summary("tell what a model is and how it would be cut")
    .description("Tell what a model is, how photos are prepared for it, and where its classifier is cut off.")
    .argument("<model>", "name (see `regraft models`), .onnx file, exported folder, hf:owner/name or https:// address")
    .addOption(headOption())
    .addOption(cutOption())
    .addOption(jsonOption())
    .addHelpText("after", examples)
    .action((model: string, flags: InspectFlags) =>
      perform(flags, (output) => inspect(model, flags, environment, output)),
    );
}

type InspectFlags = Pick<LearnerFlags, "head" | "cut" | "json">;

const examples = `
Examples:
  $ regraft inspect efficientnet-lite0
  $ regraft inspect downloads/resnet34.onnx --json`;

async function inspect(
  model: string,
  { head, cut }: InspectFlags,
  { platform, signal }: Environment,
  output: Output,
): Promise<0 | 1> {
  const request = { at: cut, pool: head === "fastai" ? "concat" : "own" } as const;
  const { problem, ...inspection } = await inspectModel(platform, model, request, {
    signal,
    emit: (event) => output.progress(event as Progress),
  });
  for (const notice of inspection.notices) output.note(`note: ${notice}`);
  output.result(describe(inspection));
  if (problem) output.error(problem);
  output.json({ ...inspection, ...(problem && { error: { code: problem.code, message: problem.message } }) });
  return problem ? 1 : 0;
}

/** One fact a line. */
export function describe(inspection: Omit<Inspection, "problem">): string {
  const { name, licence, producer, opsets, inputs, outputs, operators, parameters, graft } = inspection;
  const facts: (readonly [string, string])[] = [
    ["model", name],
    ["licence", licence ?? "not stated"],
    ["producer", producer || "not stated"],
    [
      "opset",
      Object.entries(opsets)
        .map(([domain, version]) => `${domain || "ai.onnx"} ${version}`)
        .join(", "),
    ],
    ...inputs.map((input) => ["input", valueText(input)] as const),
    ...outputs.map((output) => ["output", valueText(output)] as const),
    ["operators", operators.map((operator) => `${operator.name} ${operator.count}`).join(", ")],
    ["parameters", count(parameters)],
  ];
  if (graft) {
    facts.push(
      ...graft.layerGroups.map((group, i) => [`  group ${i}`, groupText(group)] as const),
      [`  group ${graft.layerGroups.length}`, headText(graft)],
      ["cut", graft.cutReason],
      ["photos", `${transformText(graft.transform)}; ${graft.transformReason}`],
    );
  }
  return table(facts);
}

const valueText = ({ name, dtype, shape }: InspectedValue): string =>
  `${name} ${dtype ?? "of unknown type"} ${shape ? `[${shape.map((dim) => dim ?? "?").join(", ")}]` : "of unknown rank"}`;

function transformText({ resize, crop, resample, mean, std }: ImageTransform): string {
  const size = "shortestEdge" in resize ? `shortest edge ${resize.shortestEdge}` : `${resize.width}×${resize.height}`;
  const cropped = crop ? `, centre ${crop.width}×${crop.height}` : "";
  return `${size} (${resample})${cropped}, mean ${numbers(mean)}, std ${numbers(std)}`;
}

const groupText = ({ name, parameters, operators }: InspectedGroup): string =>
  `${name}: ${count(parameters)} in ${operators} ${operators === 1 ? "operator" : "operators"}`;

const headText = ({ features, classifierParameters }: Graft): string =>
  `a new head on ${features} features, in place of a classifier of ${count(classifierParameters)}`;

const numbers = (values: readonly number[]): string => values.map((value) => Number(value.toFixed(4))).join(" ");

const count = (n: number): string => n.toLocaleString("en-US");
