"""The HJ 212 codec: bytes to packets and back, for both ends of the link, without input or output.

Standard library only, no clock, no event loop. The shell gives received bytes to a ``FrameReader`` (or a
``Connection``), takes events back, and sends what ``encode`` returns. Whatever bytes arrive, nothing but
``LocalError`` and ``RemoteError`` is ever raised, and the reader raises nothing at all.
"""

from dau.hj212.area import Area, Finding
from dau.hj212.commands import COMMANDS, Command, Data, Kind, Role, command, is_interaction, shall_encrypt
from dau.hj212.connection import Connection
from dau.hj212.crc import Crc, crc212, crc_modbus
from dau.hj212.deviation import Deviation
from dau.hj212.dialect import HJ2005, HJ2017, HJ2025, Dialect, Edition, Encoding, Encryption, dialect, edition_of
from dau.hj212.errors import Fault, LocalError, ProtocolError, RemoteError
from dau.hj212.exchange import Action, Exchange, Request, State
from dau.hj212.factors import FactorFields, factor_item, group_factors
from dau.hj212.frame import Event, Received, Rejected, Rubbish, encode
from dau.hj212.header import packet_from
from dau.hj212.interaction import (
    answered_qn,
    data_receipt,
    execution_result,
    notice_receipt,
    request_receipt,
    result_code,
)
from dau.hj212.packet import SECRETS, Content, Item, Packet, Pair, flag_of, is_password
from dau.hj212.reader import FrameReader, decode
from dau.hj212.sealing import NO_KEYS, AreaCipher, CipherForm, Keys
from dau.hj212.split import join, split
from dau.hj212.timestamps import QnSource, data_time, parse_data_time, qn_from_ms
from dau.hj212.upload import as_upload, is_backfilled
from dau.hj212.validity import validate

__all__ = [
    "COMMANDS",
    "HJ2005",
    "HJ2017",
    "HJ2025",
    "NO_KEYS",
    "SECRETS",
    "Action",
    "Area",
    "AreaCipher",
    "CipherForm",
    "Command",
    "Connection",
    "Content",
    "Crc",
    "Data",
    "Deviation",
    "Dialect",
    "Edition",
    "Encoding",
    "Encryption",
    "Event",
    "Exchange",
    "FactorFields",
    "Fault",
    "Finding",
    "FrameReader",
    "Item",
    "Keys",
    "Kind",
    "LocalError",
    "Packet",
    "Pair",
    "ProtocolError",
    "QnSource",
    "Received",
    "Rejected",
    "RemoteError",
    "Request",
    "Role",
    "Rubbish",
    "State",
    "answered_qn",
    "as_upload",
    "command",
    "crc212",
    "crc_modbus",
    "data_receipt",
    "data_time",
    "decode",
    "dialect",
    "edition_of",
    "encode",
    "execution_result",
    "factor_item",
    "flag_of",
    "group_factors",
    "is_backfilled",
    "is_interaction",
    "is_password",
    "join",
    "notice_receipt",
    "packet_from",
    "parse_data_time",
    "qn_from_ms",
    "request_receipt",
    "result_code",
    "shall_encrypt",
    "split",
    "validate",
]
