"""The forms of values that the tables of a settings file share: names, addresses, codes, passwords."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from dau.hj212 import is_password
from dau.words import text

# A mistake that no bound or pattern can tell is raised with the key of its sentence in dau/words/config.py.


def _host_and_port(address: str) -> str:
    host, colon, port = address.rpartition(":")
    if not (colon and host.strip() == host and host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise PydanticCustomError("config.address", "not host:port")
    return address


def _password(pw: SecretStr) -> SecretStr:
    if not is_password(pw.get_secret_value()):
        raise PydanticCustomError("config.password", "not fit for a packet")
    return pw


def _rising(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] >= span[1]:
        raise PydanticCustomError("config.range", "not rising")
    return span


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$", description=text("config.form.name"))]
Address = Annotated[str, AfterValidator(_host_and_port), Field(description=text("config.form.address"))]
"""``host:port``; an IPv6 address stands in brackets."""
Range = Annotated[tuple[float, float], AfterValidator(_rising), Field(description=text("config.form.range"))]
Password = Annotated[SecretStr, AfterValidator(_password), Field(description=text("config.form.password"))]
Mn = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,24}$", description=text("config.form.mn"))]
"""24 hexadecimal characters by the standard (table 2); platforms that want something else exist."""
SystemCode = Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$", description=text("config.form.st"))]
Command = Annotated[str, Field(pattern=r"^[0-9]{4}$", description=text("config.form.command"))]
Factor = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{2,8}$", description=text("config.form.factor"))]
OldCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{2,3}$", description=text("config.form.old"))]
"""A code of 2005."""
Digits = Annotated[int, Field(ge=0, le=6)]
Letter = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,4}$", description=text("config.form.letter"))]
"""A data flag."""
SerialNumber = Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{24}$", description=text("config.form.serial"))]
Declared = dict[str, Annotated[str, Field(pattern=r"^[^;,&#=]{1,100}$", description=text("config.form.declared"))]]
"""Values by code of table B.10, as they are sent."""
