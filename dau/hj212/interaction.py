"""Builds and recognises the answers 9011 to 9014 (HJ 212-2017 clause 6.4; the 2005 layout as the field has it).

An answer follows the edition of what it answers and echoes its version bits: QN in the header from 2017 on, inside CP
in 2005. QN, PW and MN are echoed as they came; a field that was missing stays missing.
"""

from dau.hj212.commands import is_interaction
from dau.hj212.dialect import dialect, edition_of
from dau.hj212.packet import Content, Packet, Pair, flag_of

_ANSWERING_SYSTEM = "91"


def request_receipt(request: Packet, qn_rtn: int) -> Packet:
    """Return the 9011 for a request.

    ``qn_rtn``: 1 will be executed, 2 refused, 3 PW, 4 MN, 5 ST, 6 Flag, 7 QN, 8 CN, 9 CRC wrong, 100 other.
    """
    return _answer(request, "9011", (("QnRtn", str(qn_rtn)),))


def execution_result(request: Packet, exe_rtn: int) -> Packet:
    """Return the 9012 for a request.

    ``exe_rtn``: 1 success, 2 failed, 3 wrong conditions, 4 time-out, 5 busy, 6 system fault, 100 no data.
    """
    return _answer(request, "9012", (("ExeRtn", str(exe_rtn)),))


def notice_receipt(notice: Packet) -> Packet:
    """Return the 9013 for a notice."""
    return _answer(notice, "9013", ())


def data_receipt(upload: Packet) -> Packet:
    """Return the 9014 for an upload; in the 2005 layout it also names the command and the sub-packet."""
    named: list[Pair] = [("CN", upload.cn)]
    for name, number in (("PNUM", upload.pnum), ("PNO", upload.pno)):
        if number is not None:
            named.append((name, str(number)))
    return _answer(upload, "9014", (), old_only=tuple(named))


def _answer(answered: Packet, cn: str, result: tuple[Pair, ...], old_only: tuple[Pair, ...] = ()) -> Packet:
    old_layout = dialect(edition_of(answered.flag)).answers_in_content
    pairs = result
    if old_layout:
        named = () if answered.qn is None else (("QN", answered.qn),)
        pairs = (*named, *old_only, *result)
    content: Content = tuple((pair,) for pair in pairs)
    return Packet(
        qn=None if old_layout else answered.qn,
        st=_ANSWERING_SYSTEM,
        cn=cn,
        pw=answered.pw,
        mn=answered.mn,
        flag=flag_of(answered.version),
        cp=content,
    )


def answered_qn(answer: Packet) -> str | None:
    """Return the QN of what a 9011 to 9014 answers: from its header or, in the 2005 layout, from its content."""
    if not is_interaction(answer.cn):
        return None
    return answer.first("QN") if answer.qn is None else answer.qn


def result_code(answer: Packet) -> int | None:
    """Return QnRtn of a 9011 or ExeRtn of a 9012; None for other packets and for a code that is no number."""
    name = {"9011": "QnRtn", "9012": "ExeRtn"}.get(answer.cn)
    text = answer.first(name) if name else None
    if text is None or not (text.isascii() and text.isdecimal() and len(text) <= 9):
        return None
    return int(text)
