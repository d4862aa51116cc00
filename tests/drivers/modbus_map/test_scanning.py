"""What bytes on a line say, and whether a slave is what a profile says."""

import pytest

from dau.config.profiles import profile_files, read_profile
from dau.core.instrument import InstrumentError, NoReply
from drivers.modbus_map.frames import with_crc
from drivers.modbus_map.profile_model import Profile
from drivers.modbus_map.scanning import explain, fits, presence


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        ("01 03 10 08 00 1E", "slave 1 is asked for 30 holding registers from 4104"),
        ("01 03 04 41 48 00 00", "slave 1 answers 4 bytes of holding registers"),
        ("07 83 02", "slave 7 refuses function 3: exception 2"),
        ("02 10 9C 41 00 01", "slave 2: write of registers at 40001, or its echo"),
        ("02 2B 0E 01", "slave 2, function 43, 2 bytes"),
    ],
)
def test_a_frame_is_explained(frame: str, told: str) -> None:
    data = with_crc(bytes.fromhex(frame))
    assert explain(data) == told
    assert explain(data[:-1] + bytes([data[-1] ^ 1])) is None


def test_what_is_no_frame_is_not_explained() -> None:
    assert explain(b"") is None
    assert explain(b"Q=12.5\r\n") is None


def test_any_answer_to_the_question_of_presence_is_found() -> None:
    query = presence(9, "rtu")
    answer = query.find(with_crc(bytes.fromhex("09 03 02 00 07")))
    refusal = query.find(with_crc(bytes.fromhex("09 83 02")))
    assert answer is not None and answer.refusal == ""
    assert refusal is not None and "exception 2" in refusal.refusal


def holds(registers: dict[int, int]) -> bool:
    profile = read_profile(profile_files(None)["surface-water-analyzer"]).profile
    assert isinstance(profile, Profile)
    steps = fits(profile, 1, "rtu")
    try:
        query = next(steps)
        while True:
            at, count = int.from_bytes(query.request[2:4]), int.from_bytes(query.request[4:6])
            if not registers:
                query = steps.throw(NoReply("nothing"))
                continue
            data = b"".join(registers.get(at + place, 0).to_bytes(2) for place in range(count))
            found = query.find(with_crc(query.request[:2] + bytes([len(data)]) + data))
            assert found is not None
            query = steps.send(found.frame)
    except StopIteration as end:
        return bool(end.value)
    except InstrumentError:
        return False


def test_a_slave_is_what_its_probe_says() -> None:
    clock = {0x1080: 0x2411, 0x1081: 0x0813, 0x1082: 0x4510}
    assert holds({**clock, 0x1083: 1})
    assert not holds({**clock, 0x1083: 77}), "a state that the map does not have"
    assert not holds({0x1083: 1}), "without a clock"
    assert not holds({})
