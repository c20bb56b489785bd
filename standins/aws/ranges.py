"""S3: serves ranges of an object version; MiniStack 1.5.33 does so only without a version, and else gives all of it."""

from collections.abc import Mapping
from typing import Any

from ministack.services import s3

_get_object = s3._get_object

type Answer = tuple[int, dict[str, str], bytes]


def install() -> None:
    """Wrap MiniStack's GetObject."""
    s3._get_object = _ranged


def _ranged(bucket: str, key: str, headers: Mapping[str, str], query: Mapping[str, Any] | None = None) -> Answer:
    status, answered, body = _get_object(bucket, key, headers, query)
    wanted = headers.get("range", "")
    if status != 200 or not wanted or not s3._qp(query or {}, "versionId", ""):
        return status, answered, body
    if (found := s3._parse_range(wanted, len(body))) is None:
        refused = {"Content-Type": "application/xml", "Content-Range": f"bytes */{len(body)}"}
        return 416, refused, s3._xml_body(s3._range_error_xml(bucket, key))
    first, last = found
    return 206, _of_range(answered, first, last, len(body)), body[first : last + 1]


def _of_range(headers: Mapping[str, str], first: int, last: int, size: int) -> dict[str, str]:
    """S3 gives no checksum of the whole with a part of it."""
    kept = {name: value for name, value in headers.items() if not name.lower().startswith("x-amz-checksum-")}
    return kept | {"Content-Length": str(last - first + 1), "Content-Range": f"bytes {first}-{last}/{size}"}
