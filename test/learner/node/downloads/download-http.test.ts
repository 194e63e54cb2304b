import { createServer, request as httpRequest } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Failure } from "../../../../src/learner/engine/downloads/download-failure.js";
import { type Answer, httpGet } from "../../../../src/learner/node/downloads/download-http.js";
import { downloadSettings } from "../../../../src/learner/node/downloads/download-settings.js";
import { listen, startServer } from "../../../helpers/model-server.js";

const read = async ({ status, body }: Answer) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return { status, text: Buffer.concat(chunks).toString() };
};

const get = (
  url: string,
  env: Record<string, string> = {},
  { signal = new AbortController().signal, stallTimeout = 5000 } = {},
) => httpGet({ url, headers: { range: "bytes=1-" }, signal }, { ...downloadSettings(env), stallTimeout }, read);

const failure = async (call: Promise<unknown>): Promise<Failure> => {
  const error = await call.catch((error: unknown) => error);
  if (!(error instanceof Failure)) throw error;
  return error;
};

describe("httpGet", () => {
  it("asks for a file as it is, under its own name", async () => {
    const server = await startServer((_, response) => response.end("hello"));
    expect(await get(`${server.url}/a`)).toEqual({ status: 200, text: "hello" });
    expect(server.requests[0]!.headers).toMatchObject({
      range: "bytes=1-",
      "accept-encoding": "identity",
      "user-agent": expect.stringMatching(/^regraft\/\d/),
    });
  });

  it("gives refusals to its caller", async () => {
    const server = await startServer((_, response) => response.writeHead(404).end("no"));
    expect(await get(server.url)).toEqual({ status: 404, text: "no" });
  });

  it("fails in words when nobody listens or the connection is cut", async () => {
    const server = await startServer((request, response) => {
      if (request.url === "/headers") request.socket.destroy();
      else response.writeHead(200, { "content-length": 10 }).write("half", () => request.socket.destroy());
    });
    for (const path of ["/headers", "/body"]) {
      const { reason, facts } = await failure(get(server.url + path));
      expect(reason).toBe("the connection was cut");
      expect(facts.passing).toBe(true);
    }
    await server.close();
    expect((await failure(get(server.url))).reason).toBe("the connection was refused");
  });

  it("gives up a server that is silent before or within its answer", async () => {
    const server = await startServer((request, response) => {
      if (request.url === "/body") response.writeHead(200, { "content-length": 10 }).write("half");
    });
    for (const path of ["/headers", "/body"]) {
      const begun = performance.now();
      const { reason, facts } = await failure(get(server.url + path, {}, { stallTimeout: 200 }));
      expect(reason).toBe("nothing came from the server for 0.2 s");
      expect(facts.passing).toBe(true);
      expect(performance.now() - begun).toBeLessThan(1500);
    }
  });

  it("is patient with a slow server", async () => {
    const server = await startServer(async (_, response) => {
      for (const letter of "slowly") {
        response.write(letter);
        await setTimeout(80);
      }
      response.end();
    });
    expect((await get(server.url, {}, { stallTimeout: 300 })).text).toBe("slowly");
  });

  it("stops at once when it is aborted, with the signal's reason", async () => {
    const server = await startServer((request, response) => {
      if (request.url === "/body") response.writeHead(200).write("half");
    });
    for (const path of ["/headers", "/body"]) {
      const controller = new AbortController();
      const call = get(server.url + path, {}, { signal: controller.signal });
      await setTimeout(100);
      const begun = performance.now();
      controller.abort(new Error("enough"));
      await expect(call).rejects.toThrow("enough");
      expect(performance.now() - begun).toBeLessThan(200);
    }
    await expect(get(server.url, {}, { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow("before");
    expect(server.requests).toHaveLength(2);
  });
});

describe("redirects", () => {
  it("are followed, relative ones too", async () => {
    const server = await startServer((request, response) => {
      const next = { "/a/b": "../c", "/c": "//localhost:PORT/d" }[request.url!];
      const port = String(request.socket.localPort);
      if (next) response.writeHead(302, { location: next.replace("PORT", port) }).end("moved");
      else response.end(request.url);
    });
    expect((await get(`${server.url}/a/b`)).text).toBe("/d");
    expect(server.ranges()).toEqual(["bytes=1-", "bytes=1-", "bytes=1-"]);
  });

  it("end when they go round in circles", async () => {
    const server = await startServer((_, response) => response.writeHead(301, { location: "/" }).end());
    const { reason, facts } = await failure(get(server.url));
    expect(reason).toContain("more than 10 times");
    expect(facts.passing).toBeUndefined();
    expect(server.requests).toHaveLength(11);
  });

  it.each(["file:///etc/passwd", "ftp://h/a", "http://", "data:,x"])("to %s are refused", async (location) => {
    const server = await startServer((_, response) => response.writeHead(302, { location }).end());
    expect((await failure(get(server.url))).reason).toContain("no web address");
  });

  it("take the token to the hub alone", async () => {
    const elsewhere = await startServer((_, response) => response.end("done"));
    const hub = await startServer((request, response) => {
      const location = request.url === "/a" ? "/b" : elsewhere.url;
      response.writeHead(307, { location }).end();
    });
    expect((await get(`${hub.url}/a`, { HF_ENDPOINT: hub.url, HF_TOKEN: "hf_secret" })).text).toBe("done");
    expect(hub.requests.map(({ headers }) => headers.authorization)).toEqual(Array(2).fill("Bearer hf_secret"));
    expect(elsewhere.requests[0]!.headers.authorization).toBeUndefined();
    await get(elsewhere.url, { HF_TOKEN: "hf_secret" });
    expect(elsewhere.requests[1]!.headers.authorization).toBeUndefined();
  });
});

describe("a proxy", () => {
  /** A forward proxy for http and a tunnel for https, which says what it was asked for. */
  async function startProxy() {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const { headers } = request;
      httpRequest(request.url!, { headers }, (answer) => answer.pipe(response)).end();
    });
    server.on("connect", (request, socket) => {
      asked.push(`CONNECT ${request.url}`);
      const [host, port] = request.url!.split(":");
      const target = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        target.pipe(socket).pipe(target);
      });
      target.on("error", () => socket.destroy());
      socket.on("error", () => target.destroy());
    });
    await listen(server);
    return { url: `http://localhost:${(server.address() as AddressInfo).port}`, asked };
  }

  it("is asked for http, unless NO_PROXY says otherwise", async () => {
    const [server, proxy] = [await startServer((_, response) => response.end("hello")), await startProxy()];
    const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: "http://localhost:1" };
    expect((await get(`${server.url}/a`, env)).text).toBe("hello");
    expect(proxy.asked).toEqual([`GET ${server.url}/a`]);
    expect((await get(`${server.url}/a`, { ...env, NO_PROXY: "localhost" })).text).toBe("hello");
    expect(proxy.asked).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
  });

  it("opens a tunnel for https", async () => {
    const [server, proxy] = [await startServer((_, response) => response.end()), await startProxy()];
    const { port } = new URL(server.url);
    // What answers there does not speak TLS: the tunnel is what matters.
    await failure(get(`https://localhost:${port}/a`, { HTTPS_PROXY: proxy.url }));
    expect(proxy.asked).toEqual([`CONNECT localhost:${port}`]);
  });

  it("that is not there is named as what failed", async () => {
    const { facts } = await failure(get("https://localhost:1/a", { HTTPS_PROXY: "http://localhost:1" }));
    expect(facts).toMatchObject({ passing: true, remedy: expect.stringContaining("HTTPS_PROXY") });
  });
});
