// What it means when `fetch` fails: the browser itself does not say.
import { Failure } from "../../engine/downloads/download-failure.js";

/** For a request that got no answer that the page may read. */
export function requestFailure(url: string, cause: unknown): Failure {
  if (globalThis.navigator?.onLine === false) {
    return new Failure("the browser is offline", { remedy: "Try again with a network.", cause });
  }
  const page = globalThis.origin;
  const isOurs = URL.canParse(url) && new URL(url).origin === page;
  const remedy = isOurs
    ? "Check that the server runs."
    : "Check the network. If that is well, the server does not let pages of other sites read the file: it must send " +
      `the header "Access-Control-Allow-Origin: ${page}" or "*" (CORS), for missing files too; or the page's ` +
      "Content-Security-Policy does not let it ask there.";
  return new Failure("the browser got no answer, or keeps it from this page", { passing: true, remedy, cause });
}

/** For an answer that ends too early. */
export const answerFailure = (done: number, cause: unknown): Failure =>
  new Failure(`the connection was cut after ${done} bytes`, { passing: true, remedy: "Check the network.", cause });

/** For a web page where a file should be: a server's own way to say that there is none. */
export const pageInstead = (): Failure =>
  new Failure("the server answers with a web page in the file's place", {
    remedy: "Check the address: servers of single-page apps do so for every file that they do not have.",
  });
