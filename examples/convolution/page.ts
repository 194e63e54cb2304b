// The lesson as one page with its pictures in it: nothing is fetched, no scripts run.
import { type Html, html } from "../../src/learner/report/html.js";
import { percent } from "../../src/learner/report/numbers.js";
import { styleSheet } from "../../src/learner/report/style.js";
import type { Tensor } from "../../src/tensor.js";
import type { Lesson, Step, Worked } from "./lesson.js";
import { grey, heat, inColour, type Plane } from "./pictures.js";
import { lessonStyle } from "./style.js";

/** @param original the photo's file. */
export async function lessonPage(lesson: Lesson, original: Uint8Array): Promise<string> {
  const sections = [
    await whatAKernelDoes(lesson),
    workedExample(lesson.worked),
    await strideAndPadding(lesson),
    await firstFilters(lesson),
    await layers(lesson),
    whereItLooks(lesson),
  ];
  const [height, width] = lesson.photo.shape.slice(2) as [number, number];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>What a convolution does</title>
<style>${styleSheet}${lessonStyle}</style>
</head>
<body>
<main>
<header>
<h1>What a convolution does</h1>
<p>A convolutional network looks at a photo through small windows. Here is what one of them sees, and what many of them together come to.
Every picture below was computed by ONNX Runtime, by the same operator as in the network.</p>
<div class="maps large">${picture(`data:image/*;base64,${Buffer.from(original).toString("base64")}`, "The photo", "the photo")}${picture(
    await grey(planeOf(lesson.photo)),
    `The photo in grey, ${height} by ${width} pixels`,
    `in grey, ${height}×${width} pixels`,
  )}</div>
</header>
${sections}
</main>
</body>
</html>
`.markup;
}

const picture = (src: string, alt: string, caption?: string | Html): Html =>
  html`<figure class="map"><img src="${src}" alt="${alt}">${caption && html`<figcaption>${caption}</figcaption>`}</figure>`;

/** One channel of [1, K, H, W]. */
function planeOf({ shape, data }: Tensor<"float32">, channel = 0): Plane {
  const [height, width] = shape.slice(2) as [number, number];
  return { values: data.subarray(channel * height * width, (channel + 1) * height * width), height, width };
}

async function whatAKernelDoes({ kernels }: Lesson): Promise<Html> {
  const cards = kernels.map(
    async ({ name, says, values, signed, result }) => html`<div class="kernel">
${picture(await grey(planeOf(result), signed), `The photo after ${name}`)}
<div><h3>${name}</h3>${matrix(values)}</div><p>${says}</p></div>
`,
  );
  return html`<section><h2>A 3×3 kernel</h2>
<p>A kernel is nine numbers. Laid over nine pixels, each number is multiplied by the pixel under it, and the products are added up: that is one pixel of the result.
Then the kernel moves on by one pixel.</p>
<div class="kernels">${await Promise.all(cards)}</div></section>`;
}

const matrix = (values: readonly number[]): Html =>
  html`<table class="matrix">${[0, 1, 2].map(
    (row) => html`<tr>${values.slice(3 * row, 3 * row + 3).map((value) => html`<td>${short(value)}</td>`)}</tr>`,
  )}</table>`;

const short = (value: number): string => {
  const text = Number.isInteger(value) ? String(value) : Math.abs(value - 1 / 9) < 1e-6 ? "1/9" : value.toFixed(2);
  return text.replace("-", "\u2212");
};

/** In 255ths, as files have them: whole numbers, which add up as they stand. */
function workedExample({ row, column, patch, kernel }: Worked): Html {
  const bytes = patch.map((pixel) => Math.round(255 * pixel));
  const sum = bytes.reduce((total, pixel, i) => total + pixel * kernel[i]!, 0);
  const products = bytes.map((pixel, i) => [pixel, kernel[i]!] as const).filter(([, factor]) => factor !== 0);
  const factorOf = (factor: number): string => (factor < 0 ? `(${short(factor)})` : short(factor));
  return html`<section><h2>One pixel, by hand</h2>
<p>Sobel x is greatest at row ${row}, column ${column}. These are the pixels there, 0 black and 255 white, and the kernel:</p>
<div class="by-hand">${matrix(bytes)}<span>×</span>${matrix(kernel)}<span>=</span><strong>${short(sum)}</strong></div>
<p>${products.map(([pixel, factor]) => `${pixel}·${factorOf(factor)}`).join(" + ")} = ${short(sum)}</p>
<p>The network's convolution does not turn the kernel around, as mathematicians' does: strictly speaking it is a cross-correlation.</p></section>`;
}

async function strideAndPadding({ photo, steps }: Lesson): Promise<Html> {
  const [height, width] = photo.shape.slice(2) as [number, number];
  const scale = 100 / Math.max(height, width);
  const shown = steps.map(async (step) => {
    const [h, w] = step.result.shape.slice(2) as [number, number];
    return html`<figure class="map"><div class="frame"><img src="${await grey(planeOf(step.result))}" alt="${h} by ${w} pixels" style="width:${(
      scale * w
    ).toFixed(1)}%"></div><figcaption>stride ${step.stride}, padding ${step.padding}: ${h}×${w}</figcaption></figure>`;
  });
  return html`<section><h2>Stride and padding</h2>
<p>With <em>stride</em> 2 the kernel moves on by two pixels, and the result is half as large. At the border it has no pixels to lie on: it begins one pixel further in,
or the photo gets a border of zeros, the <em>padding</em>. Of n pixels there remain</p>
<p class="formula">⌊(n + 2·padding − 3) / stride⌋ + 1</p>
<div class="maps wide">${await Promise.all(shown)}</div>
<div class="scroll"><table><thead><tr><th scope="col">stride</th><th scope="col">padding</th><th scope="col">by the formula</th><th scope="col">computed</th></tr></thead>
<tbody>${steps.map(sizes)}</tbody></table></div>
<p>All four are the box blur, drawn to one scale. With padding the border comes out darker: the zeros have a part in its means.</p></section>`;
}

const sizes = ({ stride, padding, expected, result }: Step): Html =>
  html`<tr><td>${stride}</td><td>${padding}</td><td>${expected.join("×")}</td><td>${result.shape.slice(2).join("×")}</td></tr>
`;

async function firstFilters({ first, pixels }: Lesson): Promise<Html> {
  const { kernels, maps, strides } = first;
  const [count, channels, height, width] = kernels.shape as [number, number, number, number];
  const each = channels * height * width;
  const pairs = Array.from({ length: count }, async (_, i) => {
    const values = kernels.data.subarray(i * each, (i + 1) * each);
    return html`<figure class="pair"><img class="pixels" src="${await inColour({ values, height, width })}" alt="Kernel ${i + 1}"><img src="${await heat(
      planeOf(maps, i),
    )}" alt="What it makes of the photo"></figure>`;
  });
  const [h, w] = pixels.shape.slice(2) as [number, number];
  return html`<section><h2>Kernels that were learnt</h2>
<p>Nobody wrote these: the network found them in a million photos. Its first layer has ${count} kernels of ${height}×${width} pixels in red, green and blue, which it lays over a photo of ${h}×${w}
pixels with stride ${strides[0]}. Beside each is what it makes of the photo, dark where there is little and bright where there is much of it. Many are edges, as Sobel's; others look for colours.</p>
<div class="pairs-grid">${await Promise.all(pairs)}</div></section>`;
}

async function layers({ activations }: Lesson): Promise<Html> {
  const rows = activations
    .filter(({ shape }) => shape.length === 3)
    .map(async ({ name, shape, channels }) => {
      const [count, height, width] = shape as [number, number, number];
      const images = channels.map(
        async (values, i) =>
          html`<img class="pixels" src="${await heat({ values, height, width })}" alt="Channel ${i + 1} of layer group ${name}">`,
      );
      return html`<h3>${name}: ${channels.length} of ${count} channels</h3><div class="row">${await Promise.all(images)}</div>
`;
    });
  return html`<section><h2>Layer by layer</h2>
<p>The results of the first kernels are pictures again, and the next layer lays its kernels over those. With each stage there are fewer places and more channels: less of where, more of what.
These are the strongest channels at the end of each stage.</p>
${await Promise.all(rows)}</section>`;
}

function whereItLooks({ gradCam }: Lesson): Html {
  const { label, probability, overlay, height, width } = gradCam;
  return html`<section><h2>Where it looks</h2>
<p>The last ${height}×${width} places are averaged, and a classifier that was trained on them takes the photo for <strong>${label}</strong>, with a probability of ${percent(probability)}.
Its gradient tells how much each channel matters for that; the channels, weighed so and added up, tell which places spoke for it (Grad-CAM).</p>
<div class="maps large">${picture(`data:image/jpeg;base64,${Buffer.from(overlay).toString("base64")}`, `What speaks for ${label}`, `what speaks for ${label}`)}</div></section>`;
}
