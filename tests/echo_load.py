#!/usr/bin/env python3
"""A client for the echo server that shares no code with it: many connections at once, every byte compared.

    python3 tests/echo_load.py HOST PORT [--connections N] [--messages N] [--full] [--seed N] [--limit SECONDS]

All connections are open before the first message is sent. Each sends its messages one after the other, each in a few
pieces of random lengths, and awaits the echo of one before it sends the next. By default lengths are drawn so that most
messages are short; every connection sends one of 1 byte and one of 64 KiB. `--full` draws them evenly from that range.

Prints one line, and ends with status 1 if anything was not as it should be.
"""

import argparse
import asyncio
import random
import sys
import time

try:
    import resource
except ImportError:  # not a Unix system
    resource = None

LONGEST = 64 * 1024

# What is sent is cut out of this, at random places: two messages, and two pieces of one, differ.
POOL = random.Random(20070611).randbytes(4 * 1024 * 1024)


def allow_descriptors(wanted):
    """Two descriptors of room for each connection, as far as the system allows."""
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def length(rng, number, full):
    """How long a message is."""
    if full:
        return rng.randint(1, LONGEST)
    if number == 0:
        return 1
    if number == 1:
        return LONGEST
    # Evenly distributed logarithms, up to half the longest.
    return int(2 ** rng.uniform(0, 15))


async def connect(args):
    # The server's queue of connections that wait to be accepted is limited: some attempts may have to be repeated.
    for attempt in range(10):
        try:
            return await asyncio.open_connection(args.host, args.port)
        except (ConnectionError, TimeoutError):
            await asyncio.sleep(0.05 * (attempt + 1))
    return await asyncio.open_connection(args.host, args.port)


async def talk(number, streams, args):
    """One connection's messages; evaluates to how many bytes were sent, all of which came back."""
    reader, writer = streams
    rng = random.Random(args.seed * 1_000_003 + number)
    total = 0
    for message_number in range(args.messages):
        size = length(rng, message_number, args.full)
        start = rng.randrange(len(POOL) - size)
        message = POOL[start:start + size]
        cuts = sorted(rng.randrange(size + 1) for _ in range(rng.randrange(4)))
        for begin, end in zip([0, *cuts], [*cuts, size]):
            if begin < end:
                writer.write(message[begin:end])
                await writer.drain()
                # The other connections go on, and this piece is on its way, before the next one is written.
                await asyncio.sleep(0)
        answer = await reader.readexactly(size)
        if answer != message:
            at = next(i for i in range(size) if answer[i] != message[i])
            raise ValueError(f"message {message_number} of {size} bytes came back with another byte at {at}")
        total += size
    # There must be nothing behind the last message, and the server must see the end.
    writer.write_eof()
    rest = await reader.read()
    if rest:
        raise ValueError(f"{len(rest)} bytes came that were not sent")
    writer.close()
    await writer.wait_closed()
    return total


async def main(args):
    start = time.monotonic()
    connecting = asyncio.Semaphore(64)

    async def limited():
        async with connecting:
            return await connect(args)

    streams = await asyncio.gather(*(limited() for _ in range(args.connections)))
    opened = time.monotonic() - start
    results = await asyncio.gather(
        *(talk(number, pair, args) for number, pair in enumerate(streams)), return_exceptions=True
    )
    elapsed = time.monotonic() - start
    failed = [(number, result) for number, result in enumerate(results) if isinstance(result, BaseException)]
    for number, error in failed[:10]:
        print(f"connection {number}: {type(error).__name__}: {error}", file=sys.stderr)
    total = sum(result for result in results if not isinstance(result, BaseException))
    print(
        f"{args.connections} connections at once (open after {opened:.1f} s), {args.messages} messages each, "
        f"{total} bytes each way in {elapsed:.1f} s, {len(failed)} failed"
    )
    return 1 if failed else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--connections", type=int, default=1000)
    parser.add_argument("--messages", type=int, default=100)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=300.0)
    return parser.parse_args()


if __name__ == "__main__":
    given = arguments()
    allow_descriptors(given.connections + 64)
    try:
        status = asyncio.run(asyncio.wait_for(main(given), given.limit))
    except (TimeoutError, asyncio.TimeoutError):
        sys.exit(f"the echo did not come in {given.limit:.0f} s")
    sys.exit(status)
