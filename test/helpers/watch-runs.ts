// Sessions whose runs are seen from outside, wherever their outputs go.
import type { Feeds, Session } from "../../src/runtime/session.js";

/** @param onRun told of each run before it begins; what it throws is how that run fails. */
export const watchRuns = (session: Session, onRun: (feeds: Feeds) => void): Session => ({
  ...session,
  run: async (feeds) => {
    onRun(feeds);
    return session.run(feeds);
  },
  runOnDevice: async (feeds) => {
    onRun(feeds);
    return session.runOnDevice(feeds);
  },
});
