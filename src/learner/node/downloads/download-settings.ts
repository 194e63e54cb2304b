// How downloads are made, as environment variables say: the names are those that Hugging Face's tools and curl know.
import { invalidArgument } from "../../../errors.js";
import { hub, isLocal } from "../../../models/remote-model.js";
import type { Retries } from "../../engine/downloads/download-retries.js";
import type { Variables } from "./cache-folder.js";

export interface DownloadSettings extends Retries {
  /** The variable that forbids downloads, if one does. */
  readonly offline: string | undefined;
  /** What stands in for the hub, without a slash at the end; the hub itself by default. */
  readonly endpoint: string;
  /** Sent to the endpoint alone, and never in the clear. */
  readonly token: string | undefined;
  readonly proxies: { readonly httpProxy: string; readonly httpsProxy: string; readonly noProxy: string };
  /** Milliseconds without a byte after which a connection is given up. */
  readonly stallTimeout: number;
}

/** @throws RegraftError "invalid-argument" naming the variable */
export function downloadSettings(env: Variables): DownloadSettings {
  return {
    offline: ["REGRAFT_OFFLINE", "HF_HUB_OFFLINE"].find((name) => /^(1|true|yes|on)$/i.test(env[name] ?? "")),
    endpoint: endpointOf(env.HF_ENDPOINT),
    token: env.HF_TOKEN?.trim() || undefined,
    proxies: {
      httpProxy: proxyOf("HTTP_PROXY", env),
      httpsProxy: proxyOf("HTTPS_PROXY", env),
      noProxy: env.no_proxy ?? env.NO_PROXY ?? "",
    },
    stallTimeout: 30_000,
    attempts: 5,
    pause: 400,
  };
}

/** Where a file is really asked for: a mirror may stand in for the hub. */
export const throughEndpoint = (url: string, { endpoint }: Pick<DownloadSettings, "endpoint">): string =>
  url.startsWith(`${hub}/`) ? endpoint + url.slice(hub.length) : url;

/** Whether the token may go there. */
export function isTrusted(url: URL, { endpoint }: Pick<DownloadSettings, "endpoint">): boolean {
  return url.origin === new URL(endpoint).origin && (url.protocol === "https:" || isLocal(url));
}

function endpointOf(endpoint: string | undefined): string {
  if (!endpoint) return hub;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.search) return url.href.replace(/[#?/]+$/, "");
  throw invalidArgument(
    "the environment variable HF_ENDPOINT",
    "the https:// address of a mirror of the hub",
    endpoint,
  );
}

/** Curl's rules: the name in small letters goes first, and http:// need not be written. */
function proxyOf(name: string, env: Variables): string {
  const proxy = env[name.toLowerCase()] || env[name];
  if (!proxy) return "";
  const address = proxy.includes("://") ? proxy : `http://${proxy}`;
  if (URL.canParse(address) && /^(https?|socks5?):$/.test(new URL(address).protocol)) return address;
  // It may have a password in it: it is not repeated.
  throw invalidArgument(`the environment variable ${name}`, "the address of a proxy", "something else");
}
