"""What lies beside the pixels of a PNG or JPEG is left out before it is decoded, except what the picture needs.

Texts, colour profiles and thumbnails are no fault of the pixels, however large or damaged they are: they are neither
unpacked nor read, and so cannot be used to fill the memory.
"""

from collections.abc import Iterator

PNG = b"\x89PNG\r\n\x1a\n"
# The chunks that are kept though they are not critical, by their beginning: what is transparent, and which side is up.
PNG_KEPT = (b"tRNS", b"eXIf", b"iTXtXML:com.adobe.xmp\0\0", b"tEXtRaw profile type exif\0")
SMALL_LETTER = 0x20  # a bit of the name's first letter: the chunk is not critical

JPEG = b"\xff\xd8"
START_OF_SCAN = 0xDA
METADATA = frozenset((*range(0xE0, 0xF0), 0xFE))  # APP0 to APP15, and COM
# The markers that a length follows.
SEGMENTS = METADATA.union(range(0xC0, 0xC8), range(0xC9, 0xD0), range(0xDB, 0xE0))
# A picture with more of them, or with more bytes that fill, ends there: it has so many to keep the service busy.
MOST_SEGMENTS = 100_000
# The segments of metadata that are kept: marker, beginning, and the least length. They tell how colours are meant, and
# which side is up.
JPEG_KEPT = (
    (0xE0, b"JFIF\0", 14),
    (0xEE, b"Adobe", 12),
    (0xE1, b"Exif\0\0", 6),
    (0xE1, b"http://ns.adobe.com/xap/1.0/\0", 29),
)


def without_metadata(content: bytes) -> bytes:
    """Return a picture without its metadata; one of another format, and what cannot be read of it, stays as it is."""
    if content.startswith(PNG):
        return PNG + b"".join(_png_chunks(content))
    if content.startswith(JPEG):
        return JPEG + b"".join(_jpeg_segments(content))
    return content


def _png_chunks(content: bytes) -> Iterator[bytes]:
    """Yield the critical chunks, and of each kind that is kept the first."""
    left, place = set(PNG_KEPT), len(PNG)
    while place + 12 <= len(content):
        end = place + 12 + int.from_bytes(content[place : place + 4])
        if not content[place + 4] & SMALL_LETTER:
            yield content[place:end]
        elif known := [one for one in left if content.startswith(one, place + 4, end)]:
            left.difference_update(known)
            yield content[place:end]
        place = end
    yield content[place:]


def _jpeg_segments(content: bytes) -> Iterator[bytes]:
    """Yield the segments before the first scan, of each kind of metadata that is kept the first; then all the rest.

    What lies between segments is skipped, as decoders do.
    """
    left, place = set(JPEG_KEPT), content.find(b"\xff", len(JPEG))
    for _ in range(MOST_SEGMENTS):
        if not 0 <= place < len(content) - 3:
            return
        marker = content[place + 1]
        if marker == START_OF_SCAN or 0 < marker < 0xC0:
            yield content[place:]
            return
        if marker in SEGMENTS:
            end = place + max(4, 2 + int.from_bytes(content[place + 2 : place + 4]))
            if marker not in METADATA:
                yield content[place:end]
            elif known := [one for one in left if _is(one, content, place, end)]:
                left.difference_update(known)
                yield content[place:end]
        else:
            end = place + (1 if marker == 0xFF else 2)
        place = content.find(b"\xff", end)


def _is(kept: tuple[int, bytes, int], content: bytes, place: int, end: int) -> bool:
    """Return whether the segment from a place on is of a kind that is kept."""
    marker, start, least = kept
    return content[place + 1] == marker and content.startswith(start, place + 4, end) and end - place - 4 >= least
