# A peer for `cargo xtask interop`: PyPI `websockets`. It reports on stdout what it sees.
#
# websockets_server.py [CERTIFICATE KEY]
#
# /echo            sends every message back
# /sink            sends nothing
# /burst?size&parts  sends one binary message of `size` octets, in so many frames
# /close?code      closes at once with this code
# Each with `id`, which begins its reports: opened; message KIND OCTETS SHA1; ping HEX;
# closed CODE MESSAGES OCTETS SHA1, with the code that came from the other side.

import asyncio
import hashlib
import ssl
import struct
import sys
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import Opcode


def asked(connection):
    url = urlsplit(connection.request.path)
    return url.path, {name: values[0] for name, values in parse_qs(url.query).items()}


def say(connection, *words):
    print(asked(connection)[1]["id"], *words, flush=True)


class Connection(ServerConnection):
    """Reports Pings, which the library answers without telling."""

    def process_event(self, event):
        if getattr(event, "opcode", None) is Opcode.PING:
            say(self, "ping", bytes(event.data).hex())
        super().process_event(event)


def counted(size):
    """Octets of which no four are like any other four: the numbers from 0 on."""
    return b"".join(struct.pack(">I", n) for n in range(size // 4))


def parts(octets, count):
    length = -(-len(octets) // count)
    return (octets[at : at + length] for at in range(0, len(octets), length))


async def visit(connection):
    path, query = asked(connection)
    say(connection, "opened")
    messages, total, digest = 0, 0, hashlib.sha1()
    try:
        if path == "/burst":
            octets, count = counted(int(query["size"])), int(query["parts"])
            await connection.send(octets if count == 1 else parts(octets, count))
        elif path == "/close":
            await connection.close(int(query["code"]))
        async for message in connection:
            kind, octets = ("text", message.encode()) if isinstance(message, str) else ("binary", message)
            messages, total = messages + 1, total + len(octets)
            digest.update(octets)
            if path == "/echo":
                say(connection, "message", kind, len(octets), hashlib.sha1(octets).hexdigest())
                await connection.send(message)
    except ConnectionClosed:
        pass
    say(connection, "closed", connection.close_code, messages, total, digest.hexdigest())


async def main(files):
    options = dict(host="127.0.0.1", port=0, create_connection=Connection, max_size=None)
    servers = [await serve(visit, **options)]
    if files:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        servers.append(await serve(visit, ssl=context, **options))
    print("listening", *(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await asyncio.Future()


asyncio.run(main(sys.argv[1:]))
