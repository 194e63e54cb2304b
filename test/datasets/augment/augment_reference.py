"""What Pillow, colorsys and numpy make of images: the reference that src/datasets/augment is held to. Tried with Pillow 13.0.

python test/datasets/augment/augment_reference.py > test/fixtures/images/augment.json
"""
import base64
import colorsys
import json
import math

import numpy as np
from PIL import Image, ImageEnhance

ENHANCE = {"brightness": ImageEnhance.Brightness, "contrast": ImageEnhance.Contrast, "saturation": ImageEnhance.Color}
FACTORS = [0, 0.4, 0.8, 1, 1.1, 1.75, 2.5]
TURNS = [-0.5, -0.1, 0, 0.07, 0.25, 0.5]


def pattern(width, height):
    """The same numbers as `pattern` in augment-fixture.ts."""
    count = width * height * 3
    data = bytes((i * i * 31 + i * 17) % 256 for i in range(count))
    return np.frombuffer(data, np.uint8).reshape(height, width, 3)


def text(array):
    return base64.b64encode(np.ascontiguousarray(array, np.uint8).tobytes()).decode()


def colours():
    image = Image.fromarray(pattern(13, 11))
    for kind, enhance in ENHANCE.items():
        for by in FACTORS:
            yield {"kind": kind, "by": by, "rgb": text(np.asarray(enhance(image).enhance(by)))}
    for by in TURNS:
        yield {"kind": "hue", "by": by, "rgb": text(turned(pattern(13, 11), by))}


def turned(image, by):
    out = np.empty(image.shape)
    for at in np.ndindex(image.shape[:2]):
        h, s, v = colorsys.rgb_to_hsv(*(image[at] / 255))
        out[at] = colorsys.hsv_to_rgb((h + by) % 1, s, v)
    # Where halves come out a hair below, as 0.49999999999999994 · 255 would.
    return np.floor(np.round(out * 255, 9) + 0.5)


def warped(image, matrix, size, samples):
    """Bilinear at `samples` places across and down a pixel, their mean; the picture reflected beyond its edges."""
    pad = 40
    padded = np.pad(image.astype(float), ((pad, pad), (pad, pad), (0, 0)), mode="reflect")
    xx, xy, x0, yx, yy, y0 = matrix
    width, height = size
    across, down = samples
    total = np.zeros((height, width, 3))
    for j in range(down):
        for i in range(across):
            u = np.arange(width)[None, :] + (i + 0.5) / across - 0.5
            v = np.arange(height)[:, None] + (j + 0.5) / down - 0.5
            x = xx * u + xy * v + x0 + pad
            y = yx * u + yy * v + y0 + pad
            left, top = np.floor(x).astype(int), np.floor(y).astype(int)
            fx, fy = (x - left)[..., None], (y - top)[..., None]
            upper = padded[top, left] * (1 - fx) + padded[top, left + 1] * fx
            lower = padded[top + 1, left] * (1 - fx) + padded[top + 1, left + 1] * fx
            total += upper * (1 - fy) + lower * fy
    return np.floor(np.round(total / (across * down), 9) + 0.5)


def rotation(degrees, scale, centre):
    sine, cosine = math.sin(math.radians(degrees)) * scale, math.cos(math.radians(degrees)) * scale
    x, y = centre
    return [cosine, sine, x - 3.5 * (cosine + sine), -sine, cosine, y - 3.5 * (cosine - sine)]


# Numbers of many digits: a half is rounded as the last bit of a sum falls.
WARPS = [
    ("moved by parts of a pixel", [1, 0, 2.2539, 0, 1, 1.6178], [1, 1]),
    ("turned", rotation(25, 0.6, (6, 5)), [1, 1]),
    ("turned, out of the picture", rotation(-40, 1.2, (4, 4)), [1, 1]),
    ("mirrored", [-1, 0, 9, 0, 1, 1], [1, 1]),
    ("enlarged", [0.3, 0, 1, 0, 0.45, 2], [1, 1]),
    ("reduced", [1.6137, 0, 0.1021, 0, 1.4173, 0.2031], [2, 1]),
    ("reduced much", [4, 0, -9, 0, 3.2, -7], [3, 3]),
    ("far outside", [1, 0, -29, 0, 1, 21], [1, 1]),
]


def warps():
    for name, matrix, samples in WARPS:
        yield {"name": name, "matrix": matrix, "rgb": text(warped(pattern(13, 11), matrix, (8, 8), samples))}


print(json.dumps({"colours": list(colours()), "warps": list(warps())}, indent=1))
