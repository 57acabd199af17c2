#!/usr/bin/env python3
"""png_smaller.py: compresses PNG images anew, in place: the same pixels in fewer bytes.

    tools/png_smaller.py FILE...

Ringside itself writes PNG without a compressing library; images that everybody clones
should be small.
"""
import struct
import sys
import zlib


def chunks(data):
    at = 8
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        at += 12 + size


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        old = file.read()
    pixels = zlib.decompress(b"".join(body for kind, body in chunks(old) if kind == b"IDAT"))
    new = old[:8]
    for kind, body in chunks(old):
        if kind == b"IEND":
            new += chunk(b"IDAT", zlib.compress(pixels, 9))
        if kind != b"IDAT":
            new += chunk(kind, body)
    with open(path, "wb") as file:
        file.write(new)
