"""PNG and APNG by the specification, with nothing of ours: chunks, checksums, filters, frames."""
import struct
import zlib


def chunks(data):
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at = 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        crc, = struct.unpack(">I", data[at + 8 + size:at + 12 + size])
        assert crc == zlib.crc32(kind + body), f"checksum of {kind}"
        yield kind.decode(), body
        at += 12 + size
    assert kind == b"IEND" and at == len(data)


def unfilter(packed, width, height):
    """Rows of bytes, three a pixel."""
    raw, rows, stride = zlib.decompress(packed), [], 3 * width
    assert len(raw) == (stride + 1) * height
    above = bytes(stride)
    for y in range(height):
        kind, row = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        if kind == 2:
            row = bytearray((a + b) & 255 for a, b in zip(row, above))
        elif kind == 1:
            for i in range(3, stride):
                row[i] = (row[i] + row[i - 3]) & 255
        else:
            assert kind == 0, f"filter {kind}"
        rows.append(bytes(row))
        above = row
    return rows


def still(data):
    """Width, height, rows of the image that whoever knows no APNG sees."""
    packed = b""
    for kind, body in chunks(data):
        if kind == "IHDR":
            width, height, *form = struct.unpack(">IIBBBBB", body)
            assert form == [8, 2, 0, 0, 0]
        if kind == "IDAT":
            packed += body
    return width, height, unfilter(packed, width, height)


def film(data):
    """Frames a second, and every frame whole."""
    canvas, frames, sequence, box, packed = None, [], 0, None, b""

    def show():
        nonlocal canvas
        w, h, x, y = box
        rows = unfilter(packed, w, h)
        canvas = canvas or [bytes(3 * width)] * height
        canvas = list(canvas)
        for i, row in enumerate(rows):
            old = canvas[y + i]
            canvas[y + i] = old[:3 * x] + row + old[3 * (x + w):]
        frames.append(canvas)

    for kind, body in chunks(data):
        if kind == "IHDR":
            width, height = struct.unpack(">II", body[:8])
        elif kind == "acTL":
            count, plays = struct.unpack(">II", body)
            assert plays == 0
        elif kind == "fcTL":
            if box:
                show()
            number, *rest = struct.unpack(">IIIIIHHBB", body)
            assert number == sequence and rest[6:] == [0, 0]
            sequence, box, packed = sequence + 1, rest[:4], b""
            fps = rest[5] // rest[4]
            assert box[0] + box[2] <= width and box[1] + box[3] <= height
        elif kind == "IDAT":
            packed += body
        elif kind == "fdAT":
            assert struct.unpack(">I", body[:4])[0] == sequence
            sequence, packed = sequence + 1, packed + body[4:]
    show()
    assert len(frames) == count, (len(frames), count)
    return fps, width, height, frames
