import sys
import time


def counter(end):
    for n in range(end):
        yield n


def fibonacci(items):
    a, b = 0, 1
    for _ in range(items):
        yield a
        a, b = b, (a + b) & 0xFFFF_FFFF_FFFF_FFFF


def even(numbers):
    for n in numbers:
        if n % 2 == 0:
            yield n


def complete(value, levels):
    if levels == 0:
        return None
    return complete(2 * value, levels - 1), value, complete(2 * value + 1, levels - 1)


def in_order(tree):
    left, value, right = tree
    if left:
        yield from in_order(left)
    yield value
    if right:
        yield from in_order(right)


PREPARED = {
    "counter": counter,
    "fibonacci": lambda items: even(fibonacci(items)),
    "tree": lambda levels: in_order(complete(1, levels)),
}

for line in sys.stdin:
    workload, size = line.split()
    generator = PREPARED[workload](int(size))
    total = 0
    start = time.process_time_ns()
    for item in generator:
        total += item
    took = time.process_time_ns() - start
    print(took, total & 0xFFFF_FFFF_FFFF_FFFF, flush=True)
