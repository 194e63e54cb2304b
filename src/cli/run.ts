// One run of the command line, from arguments to exit code: 0 done, 1 an error, 2 wrong usage, 128 + n a signal.
import { Command, CommanderError } from "commander";
import { version } from "../version.js";
import { addEval } from "./commands/eval.js";
import { addExport } from "./commands/export.js";
import { addInspect } from "./commands/inspect.js";
import { addLrFind } from "./commands/lr-find.js";
import { addModels } from "./commands/models.js";
import { addPredict } from "./commands/predict.js";
import { addReport } from "./commands/report.js";
import { addShow } from "./commands/show.js";
import { addTrain } from "./commands/train.js";
import type { Environment } from "./environment.js";
import { type Perform, perform } from "./perform.js";

/** @param args what stands after the program's name. */
export async function run(args: readonly string[], environment: Environment): Promise<number> {
  let exitCode = 0;
  const program = createProgram(environment, async ({ json = false }, work) => {
    exitCode = await perform(work, { ...environment, json });
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // Help and version come this way too, with exit code 0; commander has said what there is to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

function createProgram(environment: Environment, perform: Perform): Command {
  const { stdout, stderr } = environment;
  const program = new Command("regraft")
    .description("Fine-tune pretrained ONNX image models with plain ONNX Runtime.")
    .version(version, "-v, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help of a command")
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .showSuggestionAfterError()
    .addHelpText("after", examples)
    // Instead of ending the process.
    .exitOverride();
  const commands = [addTrain, addLrFind, addShow, addPredict, addEval, addReport, addExport, addModels, addInspect];
  for (const add of commands) add(program, environment, perform);
  return program;
}

const examples = `
Examples:
  $ regraft train photos/                      photos/<class>/*.jpg in, photos-model/ out
  $ regraft predict photos-model/ cat.jpg

Exit codes: 0 done, 1 error, 2 wrong usage, 130 stopped by Ctrl-C.`;
