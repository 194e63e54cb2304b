// Why a checkpoint cannot be written, read, or gone on from.
import { isRegraftError, listed, RegraftError } from "../../../errors.js";

export const invalidCheckpoint = (source: string, reason: string, remedy = ""): RegraftError<"invalid-checkpoint"> =>
  new RegraftError(
    "invalid-checkpoint",
    { source, reason },
    `Cannot load the checkpoint ${source}: ${reason}.${remedy && ` ${remedy}`}`,
  );

/** @param differences sentences without their full stops. */
export function checkpointMismatch(
  source: string,
  differences: readonly string[],
  remedy = "Make the learner with the options it had, on the same photos, or let loadLearner make it.",
): RegraftError<"checkpoint-mismatch"> {
  const message = `The checkpoint ${source} is of another learner: ${listed(differences, "; ")}. ${remedy}`;
  return new RegraftError("checkpoint-mismatch", { source, differences }, message);
}

/** Other photos make it another training. */
export const otherPhotos = (
  source: string,
  differences: readonly string[],
  remedy = "Put the photos back as they were, or train anew on those that there are.",
): RegraftError<"checkpoint-mismatch"> => checkpointMismatch(source, differences, remedy);

/** What to do where the checkpoint's learner has grown, and this one has not. */
export const growFirst =
  "It had grown: make the learner as that began, call addPhotos, renameClass and mergeClasses as then, and load() it.";

/** Makes of a failure to write a checkpoint one that says what is not lost. */
export function notWritten(folder: string, cause: unknown): unknown {
  if (!isRegraftError(cause, "file-access")) return cause;
  const message =
    `No checkpoint could be written to ${folder}: ${cause.message} Checkpoints that were there are as they were, and the ` +
    "learner keeps what it has learnt: make room, or save() it elsewhere; resume() then goes on.";
  return new RegraftError("file-access", cause.details, message, { cause });
}
