"""NIST-ITL transactions of invented people, built for tests."""

from __future__ import annotations

from typing import Any

import nistitl


def transaction(*records: Any) -> bytes:
    """A transaction of these records."""
    message = nistitl.Message()
    head = message[0]
    head.TOT, head.DAT, head.PRY, head.DAI = "CAR", "20180103", "4", "DEST1"
    head.ORI, head.TCN = "MI8234900", "TCN-000017"
    for record in records:
        message += record
    return bytes(message.NIST)


def subject(**fields: str) -> Any:
    """The text of one subject: `_9` is field 2.009."""
    record = nistitl.AsciiRecord(2)
    record.IDC = 0
    for tag, value in fields.items():
        record += nistitl.Field(2, int(tag[1:]), value)
    return record


def face(idc: int, image: bytes, **fields: str) -> Any:
    """A face record."""
    record = nistitl.AsciiRecord(10)
    record.IDC = idc
    values = {
        "IMT": "FACE", "SRC": "DPD123", "PHD": "20180102", "HLL": "360", "VLL": "450", "SLC": "0",
        "THPS": "1", "TVPS": "1", "CGA": "JPEGB", "CSP": "SRGB", "POS": "F",
    }  # fmt: skip
    for name, value in (values | fields).items():
        setattr(record, name, value)
    record += nistitl.BinaryField(10, 999, image)
    return record
