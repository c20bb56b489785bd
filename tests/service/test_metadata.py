"""What lies beside the pixels of a picture: nobody is refused for it, and nobody fills the memory with it."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from service.app.errors import Refused
from service.app.metadata import JPEG, without_metadata
from service.app.pictures import decode_data_url, open_picture

RED = Image.new("RGB", (30, 20), "red")
MIB = 1024**2
TIFF = b"II*\0\x08\0\0\0"  # little-endian, and its first directory behind these bytes
EXIF, XMP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"
ON_ITS_SIDE = TIFF + b"\1\0" + struct.pack("<HHII", 0x112, 3, 1, 6) + bytes(4)
# Zeros that a few bytes unpack to.
BOMB = zlib.compress(bytes(200 * MIB), 1)


def saved(kind: str, picture: Image.Image = RED, **more: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def png(*chunks: tuple[bytes, bytes], at_end: bool = False) -> bytes:
    """A picture with these chunks before its pixels, or behind them."""
    content = saved("PNG")
    place = content.index(b"IEND" if at_end else b"IDAT") - 4
    written = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    ]
    return content[:place] + b"".join(written) + content[place:]


def jpeg(*segments: tuple[int, bytes], between: bytes = b"") -> bytes:
    """A picture with these segments, by marker, before all others."""
    content = saved("JPEG")
    written = [bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body for marker, body in segments]
    return content[:2] + between.join(written) + between + content[2:]


def gif(extension: bytes) -> bytes:
    """A picture with an extension before its pixels."""
    content = saved("GIF")
    place = 13 + 3 * (2 << (content[10] & 7))
    return content[:place] + extension + content[place:]


def texts(size: int) -> PngImagePlugin.PngInfo:
    """The texts that an editor may write."""
    info = PngImagePlugin.PngInfo()
    info.add_text("parameters", "x" * size, zip=True)
    info.add_itxt("prompt", "ü" * size, zip=True)
    return info


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


BESIDE: dict[str, Callable[[], bytes]] = {
    "compressed texts": lambda: saved("PNG", pnginfo=texts(12_000_000)),
    "a compressed text of 200 MB": lambda: png((b"zTXt", b"note\0\0" + BOMB)),
    "one behind the pixels": lambda: png((b"iTXt", b"note\0\1\0\0\0" + BOMB), at_end=True),
    "forty of them": lambda: png(*[(b"zTXt", b"note\0\0" + BOMB)] * 40),
    "a text packed by an unknown method": lambda: png((b"zTXt", b"note\0\5abc")),
    "a colour profile of 200 MB": lambda: png((b"iCCP", b"icc\0\0" + BOMB)),
    "a real colour profile": lambda: saved("PNG", icc_profile=profile() + bytes(3 * MIB)),
    "chunks that are too short": lambda: png((b"pHYs", b""), (b"gAMA", b"a"), (b"cHRM", b"a"), (b"sRGB", b"")),
    "an animation that is none": lambda: png((b"acTL", b""), (b"fcTL", b"abc")),
    "EXIF that is none": lambda: png((b"eXIf", b"abc")),
    "20,000 chunks": lambda: png(*[(b"teXt", b"")] * 20_000),
    "JPEG: EXIF that is none": lambda: jpeg((0xE1, EXIF + b"abc")),
    "JPEG: a colour profile in parts": lambda: saved("JPEG", icc_profile=profile() + bytes(3 * MIB)),
    "JPEG: a colour profile cut off": lambda: jpeg((0xE2, b"ICC_PROFILE\0")),
    "JPEG: comments": lambda: jpeg(*[(0xFE, b"x" * 60_000)] * 100),
    "JPEG: every kind of segment, empty": lambda: jpeg(*[(marker, b"") for marker in range(0xE0, 0xF0)]),
    "JPEG: headers that are too short": lambda: jpeg((0xE0, b"JFIF\0"), (0xEE, b"Adobe\0")),
    "JPEG: thumbnails and makers' notes": lambda: jpeg(*[(0xE1, EXIF + TIFF + b"\0\0" + b"x" * 60_000)] * 100),
    "JPEG: 20,000 EXIF segments": lambda: jpeg(*[(0xE1, EXIF + b"II*\0")] * 20_000),
    "JPEG: the same, with rubbish between": lambda: jpeg(*[(0xE1, EXIF + b"II*\0")] * 20_000, between=b"x\xff\0\xff"),
    "JPEG: a second picture, as telephones add": lambda: saved("MPO", save_all=True, append_images=[RED]),
    "JPEG: something behind it": lambda: saved("JPEG") + b"x" * MIB,
    "GIF: a comment": lambda: saved("GIF", comment=b"x" * MIB),
    "GIF: 20,000 comments": lambda: gif(b"!\xfe\1x\0" * 20_000),
    "GIF: an application's": lambda: gif(b"!\xff\x0bXMP DataXMP\3abc\0"),
    "WebP: EXIF that is none": lambda: saved("WEBP", exif=b"x" * MIB),
    "WebP: XMP": lambda: saved("WEBP", xmp=b"x" * MIB),
    "WebP: a colour profile": lambda: saved("WEBP", icc_profile=b"x" * MIB),
    "BMP: something behind it": lambda: saved("BMP") + b"x" * MIB,
}


@pytest.mark.parametrize("beside", BESIDE)
def test_metadata_is_no_fault_of_the_pixels(beside: str) -> None:
    """However large or damaged it is, the picture is read."""
    read = open_picture(BESIDE[beside](), 3, "white")
    assert read.size == (30, 20)
    assert np.abs(np.asarray(read, dtype=int) - (255, 0, 0)).max() < 6


@pytest.mark.parametrize("beside", [name for name in BESIDE if not name.startswith(("GIF", "WebP", "BMP"))])
def test_no_bomb_reaches_the_decoder(beside: str) -> None:
    """Of all that is beside a picture at most one EXIF segment, and nothing that is compressed."""
    content = without_metadata(BESIDE[beside]())
    place = content.index(b"\xff\xda") if content.startswith(b"\xff") else content.index(b"IEND")
    assert place < 70_000
    assert not any(name in content[:place] for name in (b"zTXt", b"iTXt", b"iCCP", b"ICC_PROFILE"))


def test_the_work_for_a_picture_is_bounded() -> None:
    """A megabyte of bytes that fill would take as long as a hundred pictures."""
    assert without_metadata(JPEG + b"\xff" * 1_000_000 + saved("JPEG").removeprefix(JPEG)) == JPEG


@pytest.mark.parametrize("between", [b"", b"x", b"\xff", b"\xff\0", b"\xff\xd0", b"\xff\xf0"])
def test_of_each_kind_only_the_first_is_decoded(between: bytes) -> None:
    """Pillow takes a time that grows with the square of their number."""
    content = jpeg(*[(0xE1, EXIF + b"II*\0")] * 1000, between=between)
    assert without_metadata(content).count(EXIF) == 1


@pytest.mark.parametrize(
    "content",
    [
        saved("JPEG", exif=EXIF + ON_ITS_SIDE),
        saved("PNG", exif=ON_ITS_SIDE),
        saved("WEBP", exif=ON_ITS_SIDE),
        jpeg((0xFE, b"a comment"), (0xE1, XMP + b'<x tiff:Orientation="6"/>')),
        png((b"tEXt", b"a\0b"), (b"iTXt", b'XML:com.adobe.xmp\0\0\0\0\0<x tiff:Orientation="6"/>')),
    ],
    ids=["jpeg", "png", "webp", "xmp in a jpeg", "xmp in a png"],
)
def test_orientation_is_kept(content: bytes) -> None:
    """A picture that lies on its side by its metadata is turned."""
    assert open_picture(content, 3, "white").size == (20, 30)


@pytest.mark.parametrize(
    "content",
    [
        saved("JPEG", RED.convert("CMYK")),
        saved("JPEG", RED.convert("L"), progressive=True),
        saved("JPEG", keep_rgb=True),
        saved("JPEG", restart_marker_rows=1, comment=b"\xff\xda\xff\xc0"),
        saved("PNG", RED.convert("P"), transparency=0),
        saved("PNG", transparency=(255, 0, 0)),
        saved("PNG", save_all=True, append_images=[Image.new("RGB", (30, 20), "blue")]),
        saved("GIF"),
    ],
    ids=["cmyk", "progressive", "rgb", "restarts", "palette", "transparent", "animated", "gif"],
)
def test_pixels_are_untouched(content: bytes) -> None:
    """What a decoder needs of a real file is still there."""
    with Image.open(io.BytesIO(content)) as before, Image.open(io.BytesIO(without_metadata(content))) as after:
        assert np.array_equal(np.asarray(before.convert("RGBA")), np.asarray(after.convert("RGBA")))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_damage_is_refused_or_read_but_never_a_crash(kind: str) -> None:
    """A file that was cut anywhere, or has a byte of another value, ends as a picture or with our sentence."""
    content = saved(kind, Image.effect_noise((5, 4), 80).convert("RGB"))
    cut = [content[:kept] for kept in range(0, len(content), 9)]
    changed = [content[:place] + b"\xff" + content[place + 1 :] for place in range(0, len(content), 5)]
    for damaged in cut + changed:
        with suppress(Refused):
            assert open_picture(damaged, 3, "white").mode == "RGB"


PICTURE = bytes(range(256)) + b"\xfb\xff"  # its base64 has both of the letters that alphabets differ in
DIGITS = base64.b64encode(PICTURE).decode()


@pytest.mark.parametrize(
    "written",
    [
        DIGITS,
        DIGITS.rstrip("="),
        DIGITS + "=",
        base64.encodebytes(PICTURE).decode(),
        base64.encodebytes(PICTURE).decode().replace("\n", "\r\n\t "),
        base64.urlsafe_b64encode(PICTURE).decode(),
        base64.urlsafe_b64encode(PICTURE).decode().rstrip("="),
        DIGITS.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D"),
    ],
    ids=["padded", "bare", "too long", "lines", "lines of windows", "url-safe", "url-safe and bare", "percent signs"],
)
def test_base64_is_read_as_people_write_it(written: str) -> None:
    """With or without padding, in lines, of either alphabet, and quoted as in a URL."""
    assert decode_data_url(f" data:image/png; base64,{written}") == PICTURE


@pytest.mark.parametrize("written", ["AAAAA", "AA-+", "AA_/", "AA=A", "AA!A", "ÄÄÄÄ", "AA%ZZ"])
def test_base64_that_is_none(written: str) -> None:
    """Both alphabets at once, a length that cannot be, and other letters are refused."""
    with pytest.raises(Refused, match="base64"):
        decode_data_url(f"data:image/png;base64,{written}")
