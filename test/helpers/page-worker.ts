// A worker of a page under test, where learners' engines live.
import type { JSHandle, Page, Worker } from "playwright-core";
import { type ErrorCode, type ErrorDetails, RegraftError } from "../../src/errors.js";
import type { OpenedPage } from "./chromium.js";

export interface LoadedWorker<Exports> {
  /**
   * What `action` returns in the worker, given the exports of the source.
   * @throws what is Refused there, as one of our errors
   */
  run<Argument, Result>(
    action: (exports: Exports, argument: Argument) => Promise<Result>,
    argument?: Argument,
  ): Promise<Result>;
  readonly worker: Worker;
}

/** An error of ours. */
interface Refused {
  readonly code: ErrorCode;
  readonly details: ErrorDetails[ErrorCode];
  readonly message: string;
}

/** @param source as `bundle` takes it; `page` may be another than the first. */
export async function loadInWorker<Exports>(
  { page, bundle }: Pick<OpenedPage, "bundle"> & { readonly page: Page },
  source: string,
): Promise<LoadedWorker<Exports>> {
  const address = await bundle(source);
  const [worker] = await Promise.all([
    page.waitForEvent("worker"),
    page.evaluate(() => void new Worker(URL.createObjectURL(new Blob([""], { type: "text/javascript" })))),
  ]);
  const exports = (await worker.evaluateHandle(`import(${JSON.stringify(address)})`)) as JSHandle<Exports>;
  return {
    worker,
    run: async (action, argument) => {
      // Of an error Playwright carries the message alone.
      const outcome = await worker.evaluate(
        async ([exports, code, argument]) => {
          const action = new Function(`return ${code}`)() as (exports: unknown, argument: unknown) => Promise<unknown>;
          try {
            return { result: await action(exports, argument) };
          } catch (error) {
            const { code, details, message } = error as Refused;
            if (!code || !details) throw error;
            return { refused: { code, details, message } };
          }
        },
        [exports, String(action), argument] as const,
      );
      const { result, refused } = outcome as { readonly result?: unknown; readonly refused?: Refused };
      if (refused) throw new RegraftError(refused.code, refused.details, refused.message);
      return result as never;
    },
  };
}
