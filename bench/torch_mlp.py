"""Steps per second of the lecture's first network in eager PyTorch, one thread, beside `lanewise train`.

    OPENBLAS_NUM_THREADS=1 python3 bench/torch_mlp.py src/makemore/data/ssa-2018.txt 20000

Same data, seed, parameters and minibatches; the last loss printed is that of the same step of lanewise.
"""
import random
import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
words = open(sys.argv[1]).read().split()
steps = int(sys.argv[2])
letters = sorted(set("".join(words)))
token = {letter: i + 1 for i, letter in enumerate(letters)} | {".": 0}


def examples(names):
    xs, ys = [], []
    for name in names:
        context = [0, 0, 0]
        for letter in name + ".":
            xs.append(context)
            ys.append(token[letter])
            context = context[1:] + [token[letter]]
    return torch.tensor(xs), torch.tensor(ys)


random.seed(42)
random.shuffle(words)
x, y = examples(words[: int(0.8 * len(words))])

g = torch.Generator().manual_seed(2147483647)
C = torch.randn((27, 10), generator=g)
W1 = torch.randn((30, 200), generator=g) * (5 / 3) / (30**0.5)
W2 = torch.randn((200, 27), generator=g) * 0.01
b2 = torch.randn(27, generator=g) * 0
gain, bias = torch.ones((1, 200)), torch.zeros((1, 200))
running_mean, running_std = torch.zeros((1, 200)), torch.ones((1, 200))
parameters = [C, W1, W2, b2, gain, bias]
for p in parameters:
    p.requires_grad = True


def step(i):
    global running_mean, running_std
    picks = torch.randint(0, x.shape[0], (32,), generator=g)
    embedded = C[x[picks]]
    h = embedded.view(embedded.shape[0], -1) @ W1
    mean, std = h.mean(0, keepdim=True), h.std(0, keepdim=True)
    h = gain * (h - mean) / std + bias
    with torch.no_grad():
        running_mean = 0.999 * running_mean + 0.001 * mean
        running_std = 0.999 * running_std + 0.001 * std
    loss = F.cross_entropy(torch.tanh(h) @ W2 + b2, y[picks])
    for p in parameters:
        p.grad = None
    loss.backward()
    lr = 0.1 if i < 100000 else 0.01
    for p in parameters:
        p.data += -lr * p.grad
    return loss


warm = min(1000, steps)
for i in range(warm):
    loss = step(i)
start = time.perf_counter()
for i in range(warm, steps):
    loss = step(i)
seconds = time.perf_counter() - start
print(f"torch {torch.__version__}: {(steps - warm) / seconds:.0f} steps/s; loss of step {steps - 1}: {loss.item():.4f}")
