"""Has dkimpy say whether the signature of a message on standard input holds, with this text as the record in the DNS."""

import sys

import dkim

record = open(sys.argv[1], "rb").read().strip()
asked = []


def dns(name, timeout=5):
    asked.append(name.decode())
    return record


holds = dkim.verify(sys.stdin.buffer.read(), dnsfunc=dns)
print("holds" if holds else "does not hold", *asked)
