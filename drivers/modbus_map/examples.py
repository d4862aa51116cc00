"""Golden frames: real bytes in a profile, and whether this driver asks for them and reads them so."""

from collections.abc import Iterator, Sequence

from pymodbus.framer.rtu import FramerRTU

from drivers.modbus_map.layout import Extent
from drivers.modbus_map.place import LAST_ADDRESS
from drivers.modbus_map.profile_model import Block, ModbusExample, Point, Profile
from drivers.modbus_map.profiled import expanded
from drivers.modbus_map.registers import taker
from drivers.modbus_map.requests import READS, Table
from drivers.profile.board import Board
from drivers.profile.golden import is_same
from drivers.profile.times import TimeForm, text_of
from drivers.profile.values import Raw, Reckoner

REQUEST_BYTES = 8
MOST_BITS = 2000


def example_differences(profile: Profile) -> Sequence[str]:
    """Return everything in which the golden frames differ from what this driver makes of them."""
    return [
        f"example {number}: {difference}"
        for number, example in enumerate(profile.example, start=1)
        for difference in _differences(profile, example)
    ]


def _differences(profile: Profile, example: ModbusExample) -> Iterator[str]:
    try:
        request = bytes.fromhex(example.request)
        reply = None if example.reply is None else bytes.fromhex(example.reply)
    except ValueError as problem:
        yield f"no bytes: {problem}"
        return
    if not _is_frame(request):
        yield f"request {example.request}: wrong checksum"
        return
    wanted = (profile.defaults.slave if example.slave is None else example.slave) & 0xFF
    if request[0] != wanted:
        yield f"request {example.request}: asks slave {request[0]}, expected {wanted}"
    tables = {kind.function_code: table for table, kind in READS.items()}
    table = tables.get(request[1])
    if reply is None:
        return
    if not _is_frame(reply) or reply[:2] != request[:2]:
        yield f"reply {example.reply}: is no answer to the request, or has a wrong checksum"
        return
    if table is None:
        if example.values:
            yield "a write says no values"
        return
    yield from _values(profile, example, table, (request, reply))


def _is_frame(frame: bytes) -> bool:
    return len(frame) > 4 and FramerRTU.compute_CRC(frame[:-2]).to_bytes(2, "big") == frame[-2:]


def _values(profile: Profile, example: ModbusExample, table: Table, frames: tuple[bytes, bytes]) -> Iterator[str]:
    request, reply = frames
    start, count = int.from_bytes(request[2:4]), int.from_bytes(request[4:6])
    if len(request) != REQUEST_BYTES or not 1 <= count <= MOST_BITS or start + count > LAST_ADDRESS + 1:
        yield f"request {example.request}: is no read"
        return
    read = Block(name="example", table=table, start=start, count=count)
    data = reply[3:-2]
    if len(data) != ((count + 7) // 8 if table.is_bits else 2 * count):
        yield f"reply {example.reply}: {len(data)} bytes of data for {count} asked"
        return
    order = profile.defaults.order if example.set is None else example.set.order
    points = [point for _, point in expanded(profile)]
    raws: dict[str, Raw] = {}
    for point in points:
        if _is_inside(point, read):
            raws[point.name] = taker(point, read, order, profile.quirks.swap_u16)(data)
    board = Board({point.name: Reckoner(point, full=(0.0, 1.0)) for point in points})
    board.take(raws)
    board.reckon()
    times = {point.name for point in points if isinstance(point.type, TimeForm)}
    for name, value in example.values.items():
        found = board.values.get(name) if name in raws else "not in this read"
        shown = text_of(int(found)) if name in times and isinstance(found, int | float) else found
        if not is_same(shown, value):
            yield f"{name} is {shown!r}, expected {value!r}"


def _is_inside(point: Point, read: Block) -> bool:
    extent = Extent(read.table, read.start, read.count)
    return all(extent.covers(part) for part in point.extents)
