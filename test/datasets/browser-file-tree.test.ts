import { describe, expect, it } from "vitest";
import { browserFileTree } from "../../src/datasets/browser-file-tree.js";
import { startServer } from "../helpers/model-server.js";
import { refusal } from "../helpers/refusal.js";

const table = "file,label\na.jpg,cat\n";

async function open() {
  const { url, close } = await startServer(({ url }, response) => {
    if (url === "/app/tables/photos.csv") response.end(table);
    else if (url === "/app/cut.csv")
      response.writeHead(200, { "content-length": 99 }).write("file", () => response.destroy());
    else response.writeHead(404).end();
  });
  return { tree: browserFileTree(`${url}/app/index.html`), url, close };
}

describe("browserFileTree", () => {
  it("reads what has an address, relative to the page or not", async () => {
    const { tree, url } = await open();
    for (const file of ["tables/photos.csv", "/app/tables/photos.csv", `${url}/app/tables/photos.csv`])
      expect(new TextDecoder().decode(await tree.read(file, table.length))).toBe(table);
  });

  it.each([
    ["none.csv", 100, "the server answers with status 404; check the address."],
    ["cut.csv", 100, "the connection broke off after 4 bytes; try again."],
    ["tables/photos.csv", 20, "it has 21 bytes, more than the 20 that are read."],
    ["http://localhost:1/a.csv", 100, "it cannot be fetched (fetch failed); check the address and the connection"],
  ])("says why it cannot read %s", async (path, most, reason) => {
    const { tree, url } = await open();
    const address = new URL(path, `${url}/app/`).href;
    const error = await refusal(() => tree.read(path, most), "file-access");
    expect(error.message).toMatch(`Cannot read ${address}: ${reason}`);
    expect(error.details).toEqual({ path: address, operation: "read" });
  });

  it("looks into no folder, and says what to pass instead", async () => {
    const { tree } = await open();
    for (const look of [() => tree.list("photos"), () => tree.identity("photos")]) {
      const { message, details } = await refusal(look, "file-access");
      expect(details).toEqual({ path: "photos", operation: "read" });
      expect(message).toBe(
        "photos cannot be looked into: a page in a browser has no folders. Pass the files: `data: await " +
          "imageFiles(input.files)`, of an <input type=file webkitdirectory>, say.",
      );
    }
  });
});
