import { expect, it } from "vitest";
import { dataUri, html } from "../../../src/learner/report/html.js";

it("html escapes what is put in, but for markup of its own", () => {
  const name = `<script>alert("1")</script> & 'x'`;
  expect(html`<p title="${name}">${name}</p>`.markup).toBe(
    '<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;">' +
      "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;</p>",
  );
  expect(html`<ul>${["a<", "b"].map((item) => html`<li>${item}</li>`)}</ul>`.markup).toBe(
    "<ul><li>a&lt;</li><li>b</li></ul>",
  );
});

it("html leaves out what is nothing, and keeps 0", () => {
  expect(html`[${undefined}${false}${0}${[]}]`.markup).toBe("[0]");
});

it("html shows control characters as unknown ones, but for tabs and new lines", () => {
  expect(html`${"a\u0000b\u001bc\td\ne"}`.markup).toBe("a\ufffdb\ufffdc\td\ne");
});

it("dataUri holds the bytes, however many", () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
  const [head, body] = dataUri("image/jpeg", bytes).split(",");
  expect(head).toBe("data:image/jpeg;base64");
  expect(new Uint8Array(Buffer.from(body!, "base64"))).toEqual(bytes);
});
