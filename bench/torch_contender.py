"""Eager PyTorch on one thread, driven by contenders/torch.mjs: a JSON request a line in, a JSON answer a line out.

Networks as the lecture's notebook writes them: plain tensors, autograd, `p.data += -lr * p.grad`. Tensors travel as
base64. Times are taken here, around steps or calls alone.
"""
import base64
import json
import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(1)


def tensor(text, shape, dtype=torch.float32):
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=dtype).reshape(shape).clone()


def text(values):
    # Through bytes by hand: this build of torch may come without numpy.
    return base64.b64encode(bytes(values.detach().contiguous().view(-1).view(torch.uint8).tolist())).decode()


class Mlp:
    def __init__(self, parameters):
        self.C, self.W1, self.W2, self.b2, self.bngain, self.bnbias = parameters
        hidden = self.W1.shape[1]
        self.bnmean_running = torch.zeros((1, hidden))
        self.bnstd_running = torch.ones((1, hidden))

    def forward(self, Xb):
        emb = self.C[Xb]
        embcat = emb.view(emb.shape[0], -1)
        hpreact = embcat @ self.W1
        bnmeani = hpreact.mean(0, keepdim=True)
        bnstdi = hpreact.std(0, keepdim=True)
        hpreact = self.bngain * (hpreact - bnmeani) / bnstdi + self.bnbias
        with torch.no_grad():
            self.bnmean_running = 0.999 * self.bnmean_running + 0.001 * bnmeani
            self.bnstd_running = 0.999 * self.bnstd_running + 0.001 * bnstdi
        h = torch.tanh(hpreact)
        return h @ self.W2 + self.b2

    def running(self):
        return [self.bnmean_running, self.bnstd_running]


class Linear:
    def __init__(self, weight):
        self.weight = weight

    def __call__(self, x):
        self.out = x @ self.weight
        return self.out


class BatchNorm1d:
    def __init__(self, gamma, beta, eps=1e-5, momentum=0.1):
        self.eps = eps
        self.momentum = momentum
        self.gamma = gamma
        self.beta = beta
        self.running_mean = torch.zeros(gamma.shape)
        self.running_var = torch.ones(gamma.shape)

    def __call__(self, x):
        xmean = x.mean(0, keepdim=True)
        xvar = x.var(0, keepdim=True)
        xhat = (x - xmean) / torch.sqrt(xvar + self.eps)
        self.out = self.gamma * xhat + self.beta
        with torch.no_grad():
            self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * xmean
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * xvar
        return self.out


class Tanh:
    def __call__(self, x):
        self.out = torch.tanh(x)
        return self.out


class Deep:
    def __init__(self, parameters):
        self.C, *rest = parameters
        self.layers = []
        for i in range(0, len(rest), 3):
            weight, gamma, beta = rest[i : i + 3]
            self.layers += [Linear(weight), BatchNorm1d(gamma, beta), Tanh()]
        self.layers.pop()

    def forward(self, Xb):
        emb = self.C[Xb]
        x = emb.view(emb.shape[0], -1)
        for layer in self.layers:
            x = layer(x)
        return x

    def running(self):
        norms = [layer for layer in self.layers if isinstance(layer, BatchNorm1d)]
        return [statistic for norm in norms for statistic in (norm.running_mean, norm.running_var)]


class Plain:
    def __init__(self, parameters):
        self.C, *self.rest = parameters

    def forward(self, Xb):
        x = self.C[Xb].view(Xb.shape[0], -1)
        for i in range(0, len(self.rest), 2):
            x = (torch.tanh(x) if i > 0 else x) @ self.rest[i] + self.rest[i + 1]
        return x

    def running(self):
        return []


objects = {}


def network(request):
    parameters = [tensor(p["data"], p["shape"]) for p in request["params"]]
    for p in parameters:
        p.requires_grad = True
    objects[request["id"]] = ({"mlp": Mlp, "deep": Deep, "plain": Plain}[request["net"]](parameters), parameters)
    return {}


def run(request):
    net, parameters = objects[request["id"]]
    count = request["count"]
    contexts = tensor(request["contexts"], (count, -1, 3), torch.uint8).long()
    labels = tensor(request["labels"], (count, -1), torch.uint8).long()
    losses = []
    start = time.perf_counter()
    for i in range(request["steps"]):
        Xb, Yb = contexts[i % count], labels[i % count]
        loss = F.cross_entropy(net.forward(Xb), Yb)
        for p in parameters:
            p.grad = None
        loss.backward()
        for p in parameters:
            p.data += -0.1 * p.grad
        losses.append(loss.item())
    return {"seconds": time.perf_counter() - start, "losses": losses}


def running(request):
    net, _ = objects[request["id"]]
    return {"running": [text(statistic) for statistic in net.running()]}


def kernel(request):
    inputs = [tensor(p["data"], p["shape"]) for p in request["inputs"]]
    objects[request["id"]] = [{"matmul": torch.matmul, "tanh": torch.tanh}[request["kernel"]], inputs, None]
    return {}


def call(request):
    compute, inputs, out = objects[request["id"]]
    start = time.perf_counter()
    for _ in range(request["times"]):
        out = compute(*inputs)
    seconds = time.perf_counter() - start
    objects[request["id"]][2] = out
    return {"seconds": seconds}


def result(request):
    return {"result": text(objects[request["id"]][2])}


operations = {f.__name__: f for f in (network, run, running, kernel, call, result)}
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = operations[request["op"]](request)
    except Exception as error:  # goes to the caller, who waits for an answer
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
