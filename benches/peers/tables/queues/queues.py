import asyncio
import sys
import time

PRODUCERS = 8


async def pong(pings, pongs):
    while (number := await pings.get()) is not None:
        await pongs.put(number + 1)


async def ping_pong(items):
    pings, pongs = asyncio.Queue(1), asyncio.Queue(1)
    other = asyncio.create_task(pong(pings, pongs))
    total = 0
    for number in range(items):
        await pings.put(number)
        total += await pongs.get()
    await pings.put(None)
    await other
    return total


async def produce(numbers, items):
    for number in range(items):
        await numbers.put(number)


async def fan_in(items):
    numbers = asyncio.Queue(64)
    producers = [asyncio.create_task(produce(numbers, items // PRODUCERS)) for _ in range(PRODUCERS)]
    total = 0
    for _ in range(items):
        total += await numbers.get()
    await asyncio.gather(*producers)
    return total


for line in sys.stdin:
    workload, items = line.split()
    program = {"ping_pong": ping_pong, "fan_in": fan_in}[workload](int(items))
    start = time.process_time_ns()
    result = asyncio.run(program)
    print(time.process_time_ns() - start, result, flush=True)
