// A GPU can go away at any time, and what it was asked for then may never be answered: all work on it is watched for that.
import { RegraftError } from "../errors.js";
import { type Access, ownError } from "./ort-session.js";

export interface DeviceLoss extends Access {
  /** Tells of this device, should it be lost. */
  watch(device: Pick<GPUDevice, "lost">): void;
}

/**
 * Once a device is lost all work fails with "device-lost": the runtime is left in the midst of what it did there.
 * @param patience milliseconds in which the browser tells of the loss that the runtime has failed of.
 */
export function createDeviceLoss(patience = 200): DeviceLoss {
  const watched = new WeakSet<Pick<GPUDevice, "lost">>();
  const waiting = new Set<(error: RegraftError) => void>();
  let lost: string | undefined;
  return {
    isLost: () => lost !== undefined,
    attempt: async (operation, work) => {
      if (lost !== undefined) throw deviceLost(lost);
      // One for each piece of work: a promise that lives on would hold the results of all that waited beside it.
      let giveUp: (error: RegraftError) => void = () => {};
      const gone = new Promise<never>((_, reject) => {
        giveUp = reject;
      });
      waiting.add(giveUp);
      try {
        return await Promise.race([gone, work()]);
      } catch (cause) {
        if (lost === undefined) await Promise.race([gone, elapsed(patience)]);
        throw ownError(operation, cause);
      } finally {
        waiting.delete(giveUp);
      }
    },
    watch: (device) => {
      if (watched.has(device)) return;
      watched.add(device);
      void device.lost.then(({ reason, message }) => {
        // The runtime itself destroys it with its last session, and takes a new one for the next.
        if (reason === "destroyed") return;
        lost ??= message.replace(/\.$/, "") || "its driver gives no reason";
        for (const giveUp of waiting) giveUp(deviceLost(lost));
      });
    },
  };
}

const elapsed = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

function deviceLost(reason: string): RegraftError {
  const message =
    `The GPU was lost (${reason}): another program, the driver or a sleep took it away. Create a new learner or ` +
    'classifier, on the device "wasm" if this happens again. What a learner had learnt up to its last whole epoch can ' +
    "still be had of it, by exportFiles() or exportOnnx().";
  return new RegraftError("device-lost", { device: "webgpu", reason }, message);
}
