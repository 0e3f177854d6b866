"""Has dkimpy say whether the signatures of messages hold, one after the other, until standard input ends.

Each is asked for by a line with the path of a file, whose text counts as the record in the DNS, and the length of the
message in bytes; then comes the message. A line says whether its signature holds, and for which names the DNS was asked.
"""

import sys

import dkim

for line in sys.stdin.buffer:
    path, length = line.decode().rsplit(" ", 1)
    message = sys.stdin.buffer.read(int(length))
    with open(path, "rb") as file:
        record = file.read().strip()
    asked = []

    def dns(name, timeout=5):
        asked.append(name.decode())
        return record

    try:
        holds = dkim.verify(message, dnsfunc=dns)
    except dkim.DKIMException as error:
        print("broken:", " ".join(str(error).split()), *asked, flush=True)
    else:
        print("holds" if holds else "does not hold", *asked, flush=True)
