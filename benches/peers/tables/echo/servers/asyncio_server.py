import asyncio
import os
import sys
import threading

if len(sys.argv) > 1:
    import uvloop

    uvloop.install()


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


def end_with_input():
    sys.stdin.buffer.read()
    os._exit(0)


async def serve():
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


threading.Thread(target=end_with_input, daemon=True).start()
asyncio.run(serve())
