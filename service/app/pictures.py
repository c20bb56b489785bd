"""From a data URL, which anybody may have sent, to a picture."""

import base64
import binascii
import io
import re
import struct
import zlib
from urllib.parse import unquote

import numpy as np
from PIL import Image, ImageOps

from .errors import Refused
from .metadata import without_metadata

FORMATS = ["PNG", "JPEG", "GIF", "WEBP", "BMP"]
MAX_PIXELS = 25_000_000
DATA_URL = re.compile(r"\s*data:(?:[\w.+-]+/[\w.+-]+)?(?:;\s*[\w.+-]+=[^;,]*)*;\s*base64,", re.IGNORECASE)
URL_SAFE = str.maketrans("-_", "+/")

# Pillow's decoders let these out on damaged files.
DAMAGE = (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, struct.error, zlib.error)


def decode_data_url(url: object) -> bytes:
    """The bytes in a base64 data URL: of either alphabet, with or without padding, line breaks, and percent signs."""
    head = DATA_URL.match(url) if isinstance(url, str) else None
    if not isinstance(url, str) or head is None:
        raise Refused('"image" must be a data URL such as "data:image/png;base64,…".')
    digits = "".join(unquote(url[head.end() :]).split()).rstrip("=")
    if not re.search("[+/]", digits):  # one alphabet or the other, not both
        digits = digits.translate(URL_SAFE)
    try:
        return base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("The data URL does not hold valid base64.") from error


def open_picture(content: bytes, channels: int, background: str) -> Image.Image:
    """Decode a picture, upright, in mode L or RGB; what is transparent shows the background."""
    try:
        with Image.open(io.BytesIO(without_metadata(content)), formats=FORMATS) as picture:
            # The size stands in the header: a decompression bomb is refused before it is unpacked.
            refuse_large(picture.width * picture.height)
            picture.load()
            return flatten(eight_bits(upright(picture)), background).convert("L" if channels == 1 else "RGB")
    except Image.DecompressionBombError as error:
        raise too_large() from error
    except DAMAGE as error:
        raise Refused(f"This is no picture the service can read; send one of {', '.join(FORMATS)}.") from error


def upright(picture: Image.Image) -> Image.Image:
    """Turn a picture as its metadata say; without any that can be read, it is upright."""
    try:
        return ImageOps.exif_transpose(picture)
    except DAMAGE:
        return picture


def eight_bits(picture: Image.Image) -> Image.Image:
    """Bring 16 bits of grey to 8: Pillow's own conversion makes everything but the darkest white."""
    if not picture.mode.startswith("I"):
        return picture
    pixels = np.asarray(picture)
    grey = Image.fromarray((pixels >> 8).astype(np.uint8))
    if isinstance(clear := picture.info.get("transparency"), int):  # the one value of grey that shows the background
        grey.putalpha(Image.fromarray(np.where(pixels == clear, 0, 255).astype(np.uint8)))
    return grey


def flatten(picture: Image.Image, background: str) -> Image.Image:
    """Lay a transparent picture onto the background."""
    if not picture.has_transparency_data:
        return picture
    ground = Image.new("RGBA", picture.size, background)
    return Image.alpha_composite(ground, picture.convert("RGBA"))


def refuse_large(pixels: int) -> None:
    """Refuse pictures whose decoding would take too much memory."""
    if pixels > MAX_PIXELS:
        raise too_large()


def too_large() -> Refused:
    """The refusal of a picture with too many pixels."""
    return Refused(f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels; send a smaller one.", 413)
