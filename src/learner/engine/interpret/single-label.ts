// What is told of classes, and cannot be of labels or values.
import type { Task } from "../../../datasets/task.js";
import { invalidArgument } from "../../../errors.js";

/** @throws RegraftError "invalid-argument" where photos have labels or values instead of a class each */
export function refuseOtherTasks(task: Task): void {
  if (task !== "single-label")
    throw invalidArgument(
      "data",
      "photos of one class each, which alone are looked into and reported on so far,",
      task,
    );
}
