"""Real photos and documents, made on the spot."""

import functools
import io
import struct
import zlib

from pypdf import PdfWriter

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00 invented \xff\xd9"


@functools.cache
def pdf(width: int = 200, password: str = "") -> bytes:
    """Return a PDF of one blank page."""
    writer = PdfWriter()
    writer.add_blank_page(width=width, height=200)
    if password:
        writer.encrypt(password)
    sink = io.BytesIO()
    writer.write(sink)
    return sink.getvalue()


def png(grey: int = 128) -> bytes:
    """Return a PNG of one pixel."""

    def chunk(name: bytes, content: bytes) -> bytes:
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes([0, grey]))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(name, content)
        for name, content in ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    )
