// A contender at work, off the page as regraft's learner is: opened once, then asked for results and for its speed.

let run;

const requests = {
  /** @returns what it computes with, in words */
  open: async ({ module, device, kind, options }) => {
    const contender = await import(module);
    const version = await contender.open(device);
    run = await contender[kind](options);
    return version;
  },
  /** @returns the results of a run */
  check: async () => [...(await run())],
  /** Runs again and again for so many milliseconds, once at least. Returns runs a second. */
  measure: async (milliseconds) => {
    const started = performance.now();
    let runs = 0;
    do {
      await run();
      runs++;
    } while (performance.now() - started < milliseconds);
    return (1000 * runs) / (performance.now() - started);
  },
};

addEventListener("message", async ({ data: [request, argument] }) => {
  try {
    postMessage({ result: await requests[request](argument) });
  } catch (error) {
    postMessage({ error: String(error) });
  }
});
