"""The checksum of HJ 212 (2017: appendix A.1, the same in 2005 and 2025), and recognition of its usual impostor.

The register keeps only its *high* byte when the next byte is taken in, so its state is 8 bits wide::

    y[i] = b[i] ^ L(y[i-1])        L(y) = high byte of R(y),  R(y) = y after eight "shift right, xor A001"
    crc  = R(y[last])              y before the first byte stands for the high byte FF

L is linear over xor and L applied eight times is the identity. A message can therefore be xor-folded into eight columns
before anything is looked up; eight look-ups then give y. The same fact makes the checksum weak (256 possible values,
equal-length segments can agree by accident), which is why what passes it is still parsed strictly.
"""

from enum import Enum

_POLYNOMIAL = 0xA001


def _eight_shifts(register: int) -> int:
    for _ in range(8):
        register = (register >> 1) ^ (_POLYNOMIAL if register & 1 else 0)
    return register


_REGISTER = tuple(_eight_shifts(byte) for byte in range(256))


def _powers_of_l() -> tuple[tuple[int, ...], ...]:
    powers = [tuple(range(256))]
    while len(powers) < 8:
        powers.append(tuple(_REGISTER[byte] >> 8 for byte in powers[-1]))
    return tuple(powers)


_POWERS = _powers_of_l()
_L0, _L1, _L2, _L3, _L4, _L5, _L6, _L7 = _POWERS
_START = tuple(_POWERS[(size - 1) % 8][0xFF] for size in range(8))  # what the first FF comes to, by the size modulo 8
_PIECE = 256
_number = int.from_bytes
_LOW_64 = (1 << 64) - 1


class Crc(Enum):
    """A checksum a sender may have used. Only HJ212 is right; the others are accepted where a dialect says so."""

    HJ212 = "HJ 212"
    MODBUS = "Modbus CRC16"
    MODBUS_SWAPPED = "Modbus CRC16 with its bytes swapped"


def crc212(segment: bytes) -> int:
    """Return the HJ 212 checksum (0..FFFF) of the data segment's bytes; FFFF for none."""
    size = len(segment)
    if not size:
        return 0xFFFF
    first = size % _PIECE  # pieces are counted from the end, so that their columns lie over each other
    folded = _number(segment[:first], "big")
    for at in range(first, size, _PIECE):
        folded ^= _number(segment[at : at + _PIECE], "big")
    folded ^= folded >> 1024  # each fold leaves its sum in the lower half; what stays above is cut off at the end
    folded ^= folded >> 512
    folded ^= folded >> 256
    folded ^= folded >> 128
    folded ^= folded >> 64
    b7, b6, b5, b4, b3, b2, b1, b0 = (folded & _LOW_64).to_bytes(8, "big")
    return _REGISTER[_L7[b7] ^ _L6[b6] ^ _L5[b5] ^ _L4[b4] ^ _L3[b3] ^ _L2[b2] ^ _L1[b1] ^ b0 ^ _START[size & 7]]


PRINTED_CRC = {register: b"%04X" % register for register in (0xFFFF, *_REGISTER)}
"""Every checksum there can be as a frame has it: four hexadecimal digits, large letters."""


def crc_modbus(segment: bytes) -> int:
    """Return the Modbus CRC16 of the bytes, which many wrong senders use instead."""
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8) ^ _REGISTER[(register ^ byte) & 0xFF]
    return register


def crc_of(kind: Crc, segment: bytes) -> int:
    """Return the checksum of ``segment`` in the way ``kind`` makes it, as the number printed high byte first."""
    if kind is Crc.HJ212:
        return crc212(segment)
    modbus = crc_modbus(segment)
    return modbus if kind is Crc.MODBUS else (modbus >> 8) | (modbus & 0xFF) << 8
