// One request over the network, redirects followed. Nothing else of regraft talks to other machines.
import type { Dispatcher } from "undici";
import { isLocal } from "../../../models/remote-model.js";
import { version } from "../../../version.js";
import { Failure } from "../../engine/downloads/download-failure.js";
import { createSilence } from "../../engine/downloads/silence.js";
import { connectionFailure } from "./connection-failure.js";
import { type DownloadSettings, isTrusted } from "./download-settings.js";

export interface Answer {
  readonly status: number;
  /** By its name in small letters. */
  header(name: string): string | undefined;
  /** Iterating throws a Failure when the connection does not last. */
  readonly body: AsyncIterable<Uint8Array>;
}

type Headers = Readonly<Record<string, string>>;

/**
 * Asks for `url` and hands the answer to `use`; the connection is closed when that ends.
 * @throws Failure when the connection fails, is silent for too long or is led astray; the signal's reason
 */
export async function httpGet<T>(
  { url, headers, signal }: { url: string; headers: Headers; signal: AbortSignal },
  settings: DownloadSettings,
  use: (answer: Answer) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const { EnvHttpProxyAgent, request } = await import("undici");
  // Without a tunnel for http: many proxies open one to https alone.
  const dispatcher = new EnvHttpProxyAgent({ ...settings.proxies, proxyTunnel: false });
  const silence = createSilence(settings.stallTimeout);
  const either = AbortSignal.any([signal, silence.signal]);
  const failed = (error: unknown): unknown => {
    if (error instanceof Failure) return error;
    return either.aborted ? either.reason : connectionFailure(error);
  };
  const ask: Ask = (url, headers) =>
    // `silence` watches more closely than undici's own timeouts.
    request(url, { dispatcher, signal: either, headers, headersTimeout: 0, bodyTimeout: 0 });
  try {
    silence.start();
    const answer = await follow(url, headers, settings, ask).catch((error) => {
      throw failed(error);
    });
    async function* body(): AsyncGenerator<Uint8Array, void> {
      try {
        for await (const chunk of answer.body) {
          // What the caller takes its time for is no silence of the server.
          silence.end();
          yield chunk;
          silence.start();
        }
      } catch (error) {
        throw failed(error);
      }
    }
    return await use({
      status: answer.statusCode,
      header: (name) => [answer.headers[name] ?? []].flat()[0],
      body: body(),
    });
  } finally {
    silence.end();
    await dispatcher.destroy();
  }
}

const mostRedirects = 10;

type Ask = (url: URL, headers: Headers) => Promise<Dispatcher.ResponseData>;

async function follow(
  from: string,
  headers: Headers,
  settings: DownloadSettings,
  ask: Ask,
): Promise<Dispatcher.ResponseData> {
  let url = new URL(from);
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const answer = await ask(url, {
      ...headers,
      // Compressed, a file could be neither measured nor resumed.
      "accept-encoding": "identity",
      "user-agent": `regraft/${version}`,
      ...(settings.token && isTrusted(url, settings) && { authorization: `Bearer ${settings.token}` }),
    });
    // Errors of a body are told to who iterates it; of one that nobody wants, to nobody.
    answer.body.on("error", () => {});
    const { location } = answer.headers;
    if (![301, 302, 303, 307, 308].includes(answer.statusCode) || typeof location !== "string") return answer;
    answer.body.destroy();
    url = redirected(url, location);
  }
  throw new Failure(`the server redirects more than ${mostRedirects} times`);
}

function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (!to || !/^https?:$/.test(to.protocol)) throw new Failure("the server redirects to what is no web address");
  if (to.protocol === "http:" && from.protocol === "https:" && !isLocal(to))
    throw new Failure(`the server redirects from https to http (${to.origin}), where others can read and change it`);
  return to;
}
