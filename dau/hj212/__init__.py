"""The HJ 212 codec: bytes to packets and back, for both ends of the link, without input or output.

Standard library only, no clock, no event loop. The shell gives received bytes to a ``FrameReader`` (or a ``Connection``), takes
events back, and sends what ``encode`` returns. Whatever bytes arrive, nothing but ``LocalError`` and ``RemoteError`` is ever raised,
and the reader raises nothing at all.
"""

from dau.hj212.commands import COMMANDS, Command, Kind, Role, is_interaction
from dau.hj212.crc import Crc, crc212, crc_modbus
from dau.hj212.deviation import Deviation
from dau.hj212.dialect import HJ2005, HJ2017, HJ2025, Dialect, Edition, dialect, edition_of
from dau.hj212.errors import Fault, LocalError, ProtocolError, RemoteError
from dau.hj212.factors import FactorFields, factor_item, group_factors
from dau.hj212.frame import Event, Received, Rejected, Rubbish, encode
from dau.hj212.packet import Content, Item, Packet, Pair, flag_of
from dau.hj212.reader import FrameReader, decode
from dau.hj212.timestamps import QnSource, data_time, parse_data_time, qn_from_ms

__all__ = [
    "COMMANDS",
    "HJ2005",
    "HJ2017",
    "HJ2025",
    "Command",
    "Content",
    "Crc",
    "Deviation",
    "Dialect",
    "Edition",
    "Event",
    "FactorFields",
    "Fault",
    "FrameReader",
    "Item",
    "Kind",
    "LocalError",
    "Packet",
    "Pair",
    "ProtocolError",
    "QnSource",
    "Received",
    "Rejected",
    "RemoteError",
    "Role",
    "Rubbish",
    "crc212",
    "crc_modbus",
    "data_time",
    "decode",
    "dialect",
    "edition_of",
    "encode",
    "factor_item",
    "flag_of",
    "group_factors",
    "is_interaction",
    "parse_data_time",
    "qn_from_ms",
]
