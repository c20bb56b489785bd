"""Function URLs where they answer here: at AWS's own name for them, which MiniStack gives out, nobody listens.

An application writes its own address into links, and people open them.
"""

import os
from typing import Any
from urllib.parse import urlsplit

from ministack.services.cloudformation import provisioners

_attributes = provisioners._lambda_url_attributes


def register() -> None:
    """Let stacks learn the local address of each function URL."""
    provisioners._lambda_url_attributes = _reachable


def _reachable(config: dict[str, Any]) -> dict[str, Any]:
    known: dict[str, Any] = _attributes(config)
    host = (urlsplit(known["FunctionUrl"]).hostname or "").removesuffix(".on.aws")
    return known | {"FunctionUrl": f"http://{host}.localhost:{os.environ['GATEWAY_PORT']}/"}
