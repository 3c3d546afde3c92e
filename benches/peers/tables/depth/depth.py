import asyncio
import sys
import threading
import time

RESUMES = 2_000
MASK = 0xFFFF_FFFF_FFFF_FFFF


def deep(depth):
    if depth > 0:
        return (yield from deep(depth - 1))
    total = 0
    for turn in range(RESUMES + 1):
        yield
        total = (total * 3 + turn) & MASK
    return total


def generators(depth):
    task = deep(depth)
    next(task)
    start = time.process_time_ns()
    for _ in range(RESUMES):
        next(task)
    return time.process_time_ns() - start


async def awaited(depth):
    if depth > 0:
        return await awaited(depth - 1)
    start = time.process_time_ns()
    for _ in range(RESUMES):
        await asyncio.sleep(0)
    return time.process_time_ns() - start


def coroutines(depth):
    return asyncio.run(awaited(depth))


def main():
    for line in sys.stdin:
        workload, depth = line.split()
        took = {"generators": generators, "asyncio": coroutines}[workload](int(depth))
        # It is divided by the depth, which it was told.
        print(took * int(depth) // RESUMES, 0, flush=True)


sys.setrecursionlimit(1_000_000)
threading.stack_size(256 * 1024 * 1024)
thread = threading.Thread(target=main)
thread.start()
thread.join()
