"""A well-known SMTP server (aiosmtpd) that writes each message as it came, with its envelope, into a folder."""

import asyncio
import json
import pathlib
import socket
import sys

from aiosmtpd.smtp import SMTP


class Keep:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        name = f"{self.count:06}"
        about = {"from": envelope.mail_from, "to": envelope.rcpt_tos}
        (self.folder / f"{name}.json").write_text(json.dumps(about))
        part = self.folder / f"{name}.part"
        part.write_bytes(envelope.original_content)
        # There as a whole or not at all.
        part.rename(self.folder / f"{name}.eml")
        return f"250 2.0.0 kept as {name}"


async def main(folder):
    keep = Keep(pathlib.Path(folder))
    listener = socket.create_server(("127.0.0.1", 0))
    loop = asyncio.get_running_loop()
    await loop.create_server(lambda: SMTP(keep, decode_data=False, enable_SMTPUTF8=False), sock=listener)
    print(listener.getsockname()[1], flush=True)
    # Until whoever started it is gone, and the end of the pipe with it.
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main(sys.argv[1]))
