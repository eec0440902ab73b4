"""Take what is no input off an ONNX model's list of inputs, in its bytes.

Old exporters list every weight as an input as well, and a quantiser that replaces a weight leaves its old name there.
OpenCV 5 then refuses the file, and ONNX Runtime asks for the weights as inputs. Both accept it once the list holds true
inputs only: names that a node of the main graph reads and that no initialiser gives. Nothing else changes.

Works on the protobuf wire format (field numbers of onnx.proto3), since only the outline of the message is needed:
4 ms, against 210 ms to import the `onnx` package and 26 ms to parse and write the model with it.
"""

from collections.abc import Iterator

_GRAPH = 7  # of ModelProto
_NODE, _INITIALISER, _INPUT = 1, 5, 11  # of GraphProto
_NODE_INPUT, _TENSOR_NAME, _INPUT_NAME = 1, 8, 1  # NodeProto.input, TensorProto.name, ValueInfoProto.name
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5


def with_true_inputs_only(model: bytes) -> bytes:
    """The model without inputs that are weights or that nothing reads.

    Raises:
        ValueError: the bytes are not a protobuf message with that outline.
    """
    parts: list[bytes | memoryview] = []
    for number, written, value in _fields(memoryview(model)):
        if number == _GRAPH:
            graph = _graph_with_true_inputs(value)
            parts += [_varint(_GRAPH << 3 | _LENGTH), _varint(len(graph)), graph]
        else:
            parts.append(written)
    return b"".join(parts)


def _graph_with_true_inputs(graph: memoryview) -> bytes:
    fields = list(_fields(graph))
    weights = {_name(value, _TENSOR_NAME) for number, _, value in fields if number == _INITIALISER}
    read = {name for number, _, value in fields if number == _NODE for name in _texts(value, _NODE_INPUT)}
    true = read - weights
    return b"".join(
        written for number, written, value in fields if not (number == _INPUT and _name(value, _INPUT_NAME) not in true)
    )


def _name(message: memoryview, field: int) -> bytes:
    return next(_texts(message, field), b"")


def _texts(message: memoryview, field: int) -> Iterator[bytes]:
    return (bytes(value) for number, _, value in _fields(message) if number == field)


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview, memoryview]]:
    """Each field: its number, the field as written (tag and all), its value when it has a length (else empty)."""
    at = 0
    while at < len(message):
        start = at
        tag, at = _read_varint(message, at)
        value_at, end = _extent(message, at, tag & 7)
        if end > len(message):
            raise ValueError("a field reaches over the end")
        yield tag >> 3, message[start:end], message[value_at:end] if tag & 7 == _LENGTH else message[:0]
        at = end


def _extent(message: memoryview, at: int, kind: int) -> tuple[int, int]:
    """Where a field's value starts and ends."""
    if kind == _VARINT:
        return at, _read_varint(message, at)[1]
    if kind == _LENGTH:
        length, at = _read_varint(message, at)
        return at, at + length
    if kind in (_EIGHT_BYTES, _FOUR_BYTES):
        return at, at + (8 if kind == _EIGHT_BYTES else 4)
    raise ValueError("an unknown kind of field")


def _read_varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < 70:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise ValueError("a number does not end")


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
