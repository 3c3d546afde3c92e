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


def in_order(value, height):
    if height > 0:
        yield from in_order(2 * value, height - 1)
    yield value
    if height > 0:
        yield from in_order(2 * value + 1, height - 1)


PREPARED = {
    "counter": counter,
    "fibonacci": lambda items: even(fibonacci(items)),
    "tree": lambda levels: in_order(1, levels - 1),
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
