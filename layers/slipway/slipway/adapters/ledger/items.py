"""Releases as items of the ledger's table, and back."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

from slipway.adapters.ledger.former_names import with_todays_names
from slipway.adapters.ledger.keys import Item, keyed, release_key
from slipway.errors import ItemUnreadable
from slipway.models import Release
from slipway.models.codec import decode, encode

KIND = "release"
FORMAT = 2  # items of the first one have no format, and other names


def release_item(release: Release) -> Item:
    """Return a release as an item; `kind`, `opened_at` and `unfinished` put it into the indexes."""
    item: Item = _with_decimals(encode(release)) | {
        "format": FORMAT,
        "release": release.id,
        "revision": release.revision,
        "kind": KIND,
        "opened_at": opened_at(release),
    }
    del item["id"]
    return keyed(release_key(release.id), **item, **({} if release.state.ended else {"unfinished": "yes"}))


def release_from(item: Item) -> Release:
    """Return the release in an item, or raise ItemUnreadable: somebody may have corrected it by hand."""
    try:
        return decode(Release, (item if "format" in item else with_todays_names(item)) | {"id": item["release"]})
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        place = f"{item['pk']} {item['sk']}"
        raise ItemUnreadable(f"The ledger's item {place} cannot be read: correct or delete it.") from error


def opened_at(release: Release) -> str:
    """Return a release's sort key in the index `history`: the time, then the id, so that no two are the same."""
    return f"{release.opened_at.isoformat(timespec='microseconds')} {release.id}"


def opened_at_end(moment: datetime) -> str:
    """Return what sorts behind the keys of all releases that were opened at a moment: no id begins with a tilde."""
    return f"{moment.isoformat(timespec='microseconds')} ~"


def time_opened(item: Item) -> datetime:
    """Return when the release of an item of that index was opened."""
    return datetime.fromisoformat(item["opened_at"].partition(" ")[0])


def _with_decimals(data: Item) -> Item:
    """Return plain data with a Decimal in the place of each float: boto3 takes no floats."""
    converted: Item = json.loads(json.dumps(data), parse_float=Decimal)
    return converted
