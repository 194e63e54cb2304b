"""The same head training in PyTorch. Arguments: photos features classes batch steps."""

import sys
import time

import torch

photos, features, classes, batch, steps = map(int, sys.argv[1:])
torch.manual_seed(1)
x = torch.rand(photos, features)
y = torch.randint(classes, (photos,))


def run() -> float:
    head = torch.nn.Linear(features, classes)
    optimizer = torch.optim.SGD(head.parameters(), lr=0.01, momentum=0.9)
    started = time.perf_counter()
    order = torch.randperm(photos)
    at = 0
    for _ in range(steps):
        if at + batch > photos:
            order, at = torch.randperm(photos), 0
        rows = order[at : at + batch]
        at += batch
        loss = torch.nn.functional.cross_entropy(head(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return steps / (time.perf_counter() - started)


run()
print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads: {run():.0f} steps/s")
