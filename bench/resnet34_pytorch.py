"""The same in PyTorch: features of all photos with a frozen ResNet34 of random weights, then a linear head.

Argument: a folder with {train,valid}/<class>/<photo>.
"""

import resource
import sys
import time
from pathlib import Path

import numpy
import torch
from PIL import Image
from torch import nn


class Block(nn.Module):
    def __init__(self, inside: int, outside: int, stride: int):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inside, outside, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outside),
            nn.ReLU(),
            nn.Conv2d(outside, outside, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outside),
        )
        same = stride == 1 and inside == outside
        shortcut = [nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside)]
        self.shortcut = nn.Identity() if same else nn.Sequential(*shortcut)

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


def resnet34() -> nn.Module:
    layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    inside = 64
    for outside, blocks in [(64, 3), (128, 4), (256, 6), (512, 3)]:
        for block in range(blocks):
            layers.append(Block(inside, outside, 2 if block == 0 and outside > 64 else 1))
            inside = outside
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()


def pixels(path: Path) -> torch.Tensor:
    photo = Image.open(path).convert("RGB")
    scale = 256 / min(photo.size)
    photo = photo.resize([round(edge * scale) for edge in photo.size], Image.Resampling.BILINEAR)
    left, top = (photo.width - 224) // 2, (photo.height - 224) // 2
    rgb = numpy.asarray(photo.crop((left, top, left + 224, top + 224)), dtype=numpy.float32) / 255
    return torch.from_numpy(((rgb - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).astype(numpy.float32)).permute(2, 0, 1)


def timed(what: str, started: float) -> None:
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{what:44} {time.perf_counter() - started:7.2f} s   {megabytes} MB at most")


torch.manual_seed(1)
name = f"PyTorch {torch.__version__}"
started = time.perf_counter()
network = resnet34()
timed(f"{name}: build", started)

paths = sorted(path for path in Path(sys.argv[1]).glob("*/*/*") if path.is_file())
labels = torch.tensor([sorted({path.parent.name for path in paths}).index(path.parent.name) for path in paths])
started = time.perf_counter()
loader = torch.utils.data.DataLoader(paths, 16, num_workers=2, collate_fn=lambda some: torch.stack([*map(pixels, some)]))
with torch.inference_mode():
    features = [network(batch) for batch in loader]
timed(f"{name}: features of all photos", started)

rows = torch.tensor([path.parts[-3] == "train" for path in paths])
x, y = torch.cat(features)[rows].clone(), labels[rows]
head = nn.Linear(512, int(labels.max()) + 1)
optimizer = torch.optim.SGD(head.parameters(), lr=0.01, momentum=0.9)
started = time.perf_counter()
for _ in range(5):
    for batch in torch.randperm(len(x)).split(64):
        optimizer.zero_grad()
        nn.functional.cross_entropy(head(x[batch]), y[batch]).backward()
        optimizer.step()
timed(f"{name}: 5 epochs", started)
