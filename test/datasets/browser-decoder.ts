// The browser's decoder as tests call it: in a page, from here.
import type * as Browser from "../../src/datasets/browser.js";
import type { ImageTransform } from "../../src/datasets/transform.js";
import { type OpenedPage, openPage } from "../helpers/chromium.js";

export interface DecoderPage extends OpenedPage {
  decode(image: string | Uint8Array, transform: ImageTransform): Promise<Uint8Array>;
  /** The message of the "unreadable-image" it is refused with, or "it was decoded". */
  reasonOf(image: string | Uint8Array, transform: ImageTransform): Promise<string>;
}

export async function openDecoder(): Promise<DecoderPage> {
  const opened = await openPage();
  const source = await opened.load<typeof Browser>("src/datasets/browser.ts");
  const decode = (image: string | Uint8Array, transform: ImageTransform) =>
    opened.page.evaluate(
      async ({ source, image, transform, base }) => {
        try {
          return await source.createBrowserDecoder(base).decode(image, transform);
        } catch (error) {
          const { code, message } = error as { code?: string; message: string };
          return `${code} ${message}`;
        }
      },
      // A Buffer would arrive as an object.
      { source, image: typeof image === "string" ? image : new Uint8Array(image), transform, base: opened.url },
    );
  return {
    ...opened,
    decode: async (image, transform) => {
      const decoded = await decode(image, transform);
      if (typeof decoded === "string") throw new Error(decoded);
      return decoded;
    },
    reasonOf: async (image, transform) => {
      const decoded = await decode(image, transform);
      if (typeof decoded !== "string") return "it was decoded";
      if (!decoded.startsWith("unreadable-image ")) throw new Error(decoded);
      return decoded.replace("unreadable-image ", "");
    },
  };
}
