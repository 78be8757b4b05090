"""The safetensors format: a length, a JSON header with dtypes, shapes and offsets, the bytes."""
from __future__ import annotations

import json
from pathlib import Path


def write(path: Path, tensors: list[tuple[str, str, tuple[int, ...], bytes]]) -> None:
    """One file of (name, dtype, shape, bytes), tensors in the given order, the header padded to 8 bytes."""
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, dtype, shape, data in tensors:
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as f:
        f.write(len(text).to_bytes(8, "little"))
        f.write(text)
        for _, _, _, data in tensors:
            f.write(data)


def read(path: Path) -> dict[str, tuple[str, tuple[int, ...], bytes]]:
    """(dtype, shape, bytes) by name; fewer bytes than the shape needs where the file is cut off.
    ValueError: the header is damaged."""
    data = path.read_bytes()
    begin = 8 + int.from_bytes(data[:8], "little")
    try:
        return {name: (entry["dtype"], tuple(entry["shape"]), data[begin + entry["data_offsets"][0] : begin + entry["data_offsets"][1]])
                for name, entry in json.loads(data[8:begin]).items() if name != "__metadata__"}
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"{path} has a damaged header") from error
