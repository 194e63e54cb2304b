// regraft export: an exported model in further forms, without its photos.
import type { Command } from "commander";
import type { ExportForms } from "../../learner/border/report.js";
import { writeExport } from "../../learner/export/export.js";
import { reExportedFiles } from "../../learner/export/re-export.js";
import { checkExportFolder } from "../../learner/node/writable.js";
import type { Environment } from "../environment.js";
import { addFormOptions, jsonOption } from "../options.js";
import type { Output } from "../output.js";
import type { Perform } from "../perform.js";
import { megabytes, table } from "../table.js";

interface ExportFlags extends ExportForms {
  readonly out: string;
  readonly json?: boolean;
}

export function addExport(program: Command, environment: Environment, perform: Perform): void {
  const command = program
    .command("export")
    .summary("write an exported model in further forms")
    .description("Write an exported model anew, in further forms: classes, preprocessing and model card stay.")
    .argument("<model-folder>", "what `regraft train` has exported")
    .requiredOption("-o, --out <folder>", "where to write; the model's own folder will do");
  addFormOptions(command)
    .addOption(jsonOption())
    .addHelpText("after", examples)
    .action((folder: string, flags: ExportFlags) =>
      perform(flags, (output) => exportAgain(folder, flags, environment, output)),
    );
}

const examples = `
Examples:
  $ regraft export pets-model/ --out pets-small/ --float16
  $ regraft export pets-model/ --out pets-model/ --softmax`;

async function exportAgain(folder: string, flags: ExportFlags, environment: Environment, output: Output): Promise<0> {
  const { files } = environment.platform;
  const { out, foldBatchNorm = false, softmax = false, sigmoid = false, float16 = false } = flags;
  await checkExportFolder(out, files);
  const contents = await reExportedFiles(folder, { foldBatchNorm, softmax, sigmoid, float16 }, files);
  environment.signal.throwIfAborted();
  await writeExport(out, contents, files);
  const written = Array.from(contents, ([file, content]) => ({ file, bytes: Buffer.byteLength(content) }));
  output.result(table(written.map(({ file, bytes }) => [file, sizeText(bytes)])));
  output.result(`exported to ${out}`);
  output.json({ model: folder, out, files: written });
  return 0;
}

const sizeText = (bytes: number): string => (bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : megabytes(bytes));
