import asyncio
import sys
import time


async def trivial(number):
    return number ^ 1


async def one_by_one(tasks):
    total = 0
    for number in range(tasks):
        total += await asyncio.create_task(trivial(number))
    return total


async def together(tasks):
    spawned = [asyncio.create_task(trivial(number)) for number in range(tasks)]
    total = 0
    for task in spawned:
        total += await task
    return total


for line in sys.stdin:
    workload, tasks = line.split()
    program = {"one_by_one": one_by_one, "together": together}[workload](int(tasks))
    start = time.process_time_ns()
    result = asyncio.run(program)
    print(time.process_time_ns() - start, result, flush=True)
