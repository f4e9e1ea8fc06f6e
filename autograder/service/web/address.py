"""Where a visitor's request comes from."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Final

from starlette.requests import Request

from autograder.service.service import Service

_LONGEST: Final = 64


def address_of(request: Request) -> str:
    """The address that limits of rate count.

    Each proxy adds whom it heard at the end of `X-Forwarded-For`; the last that is no proxy of ours is
    the visitor, and what stands before it is only what they said. A home has a whole network of IPv6
    addresses, which count as one.
    """
    service: Service = request.app.state.service
    return _counted(_visitor(request, service.settings.trusted_proxies))


def _visitor(request: Request, proxies: Sequence[str]) -> str:
    address = request.client.host if request.client else ""
    said = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    for earlier in reversed(said):
        if not earlier.strip() or not _is_one_of(address, proxies):
            break
        address = earlier.strip()[:_LONGEST]
    return address


def _is_one_of(address: str, proxies: Sequence[str]) -> bool:
    return any(_is(address, proxy) for proxy in proxies)


def _is(address: str, proxy: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(proxy, strict=False)
    except ValueError:
        return False


def _counted(address: str) -> str:
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return address
    if number.version == 6:
        mapped = number.ipv4_mapped
        return str(mapped or ipaddress.ip_network((number, 64), strict=False))
    return address
