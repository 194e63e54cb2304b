"""What Pillow makes of images: the reference that src/datasets is held to. Tried with Pillow 13.0.

python test/datasets/pillow_reference.py resample > test/fixtures/images/pillow-resample.json
python test/datasets/pillow_reference.py photos < jobs.jsonl
    a job a line: {"path", "size": [width, height], "box": [left, top, right, bottom], "filter", "out"};
    writes the box of the resized photo to `out`, 8-bit RGB
"""
import base64
import json
import sys

from PIL import Image, ImageOps

FILTERS = {
    "bicubic": Image.Resampling.BICUBIC,
    "bilinear": Image.Resampling.BILINEAR,
    "nearest": Image.Resampling.NEAREST,
}

# Enlarged, reduced, one of each, kept, by large factors, from a single pixel. Sizes are [width, height]. Where the width
# grows and the height shrinks, newer versions of Pillow filter the columns first, older ones the rows: not compared.
CASES = [
    ([7, 5], [20, 16]), ([20, 16], [7, 5]), ([20, 9], [6, 23]), ([8, 8], [8, 13]), ([9, 7], [4, 7]),
    ([12, 11], [12, 11]), ([90, 60], [4, 3]), ([1, 1], [3, 2]), ([40, 3], [2, 17]), ([24, 18], [23, 17]),
]


def pattern(width, height):
    """The same numbers as `pattern` in resample.test.ts, extremes included."""
    count = width * height * 3
    return Image.frombytes("RGB", (width, height), bytes((i * i * 31 + i * 17) % 256 for i in range(count)))


def resample():
    for size, target in CASES:
        for name, resampling in FILTERS.items():
            image = pattern(*size).resize(target, resampling)
            yield {"from": size, "to": target, "filter": name, "rgb": base64.b64encode(image.tobytes()).decode()}


def photo(job):
    image = ImageOps.exif_transpose(Image.open(job["path"])).convert("RGB")
    resized = image.resize(job["size"], FILTERS[job["filter"]]).crop(job["box"])
    with open(job["out"], "wb") as out:
        out.write(resized.tobytes())


if sys.argv[1] == "resample":
    print("[\n" + ",\n".join(json.dumps(case) for case in resample()) + "\n]")
else:
    for line in sys.stdin:
        photo(json.loads(line))
