// Calls of which one at a time may run: those that train, or rehearse training; two would mix their steps.
import { RegraftError } from "../errors.js";

/**
 * Runs work under a name, unless other such work is under way.
 * @throws RegraftError "busy" naming what is
 */
export function createExclusive(): <R>(name: string, work: () => Promise<R>) => Promise<R> {
  let running: string | undefined;
  return async (name, work) => {
    if (running !== undefined) {
      const message = `${name} cannot start while ${running} is running on the same learner. Await it first.`;
      throw new RegraftError("busy", { running }, message);
    }
    running = name;
    try {
      return await work();
    } finally {
      running = undefined;
    }
  };
}
