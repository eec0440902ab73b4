"""The compiled loops: coding, and the scan that compares as it goes.

Rules:
* Both let go of the interpreter, so that threads run beside each other.
* The product of a row and a probe is an exact integer. It is written in LLVM's own vectors of 32 numbers, which become
  what the processor has. Sixteen products of at most 15 * 127 fit 16 bits, so every 256 bytes are summed in 32.
* Nothing is decided here: which product may be passed over is in the table that is handed in.

Compiled once for a machine and kept beside this file or in numba's own folder; where neither can be written, compiled
anew by each process, which takes some seconds.
"""

from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

_LANES: Final = 32
_SAFE: Final = 256
"""Bytes of codes whose products fit 16 bits: two nibbles in each of 8 loads, 15 * 127 each."""
_SCALES: Final = np.array([0.125, 0.1375, 0.15, 0.1625, 0.175, 0.19, 0.21])
"""Half steps between levels, in standard deviations of the vector's numbers; the best of them for each row."""
_BYTES, _SHORTS, _WORDS = (ir.VectorType(ir.IntType(bits), _LANES) for bits in (8, 16, 32))
_INDEX: Final = ir.IntType(64)


def _compiled(**options: Any) -> Any:
    def decorate(function: Any) -> Any:
        try:
            return njit(cache=True, nogil=True, **options)(function)
        except RuntimeError:  # no folder to keep it in
            return njit(nogil=True, **options)(function)

    return decorate


def _generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """The instructions of `_product`."""
    of_codes = context.make_array(signature.args[0])(context, builder, arguments[0]).data
    of_numbers = context.make_array(signature.args[2])(context, builder, arguments[2]).data
    row, width = arguments[1], arguments[3]
    start = builder.gep(of_codes, [builder.mul(row, width)])
    total = _variable(builder, _WORDS)
    group = _variable(builder, _SHORTS)
    with cgutils.for_range(builder, builder.udiv(width, _INDEX(_LANES))) as loop:
        place = builder.mul(loop.index, _INDEX(_LANES))
        code = _load(builder, start, place, _BYTES)
        halves = (
            (builder.and_(code, ir.Constant(_BYTES, [15] * _LANES)), place),
            (builder.lshr(code, ir.Constant(_BYTES, [4] * _LANES)), builder.add(place, width)),
        )
        summed = builder.load(group)
        for half, at in halves:
            numbers = _load(builder, of_numbers, at, _SHORTS)
            summed = builder.add(summed, builder.mul(builder.zext(half, _SHORTS), numbers))
        builder.store(summed, group)
        done = builder.add(place, _INDEX(_LANES))
        full = builder.icmp_unsigned("==", builder.urem(done, _INDEX(_SAFE)), _INDEX(0))
        with builder.if_then(builder.or_(full, builder.icmp_unsigned("==", done, width))):
            builder.store(builder.add(builder.load(total), builder.sext(builder.load(group), _WORDS)), total)
            builder.store(ir.Constant(_SHORTS, [0] * _LANES), group)
    word = ir.IntType(32)
    name = f"llvm.vector.reduce.add.v{_LANES}i32"
    reduce = cgutils.get_or_insert_function(builder.module, ir.FunctionType(word, [_WORDS]), name)  # type: ignore[no-untyped-call]
    return builder.call(reduce, [builder.load(total)])


def _variable(builder: Any, kind: Any) -> Any:
    return cgutils.alloca_once_value(builder, ir.Constant(kind, [0] * _LANES))  # type: ignore[no-untyped-call]


def _load(builder: Any, pointer: Any, place: Any, kind: Any) -> Any:
    at = builder.bitcast(builder.gep(pointer, [place]), kind.as_pointer())
    return builder.load(at, align=1)


def _typed(typing: Any, codes: Any, row: Any, numbers: Any, width: Any) -> Any:
    """The sum over a row's codes times the probe's numbers. `width`: bytes of a row, a multiple of 32."""
    del typing, row, width
    return types.int32(codes, types.intp, numbers, types.intp), _generate


_product: Any = intrinsic(_typed)


@_compiled()  # type: ignore[untyped-decorator]
def reaching(
    codes: Any, lengths: Any, angles: Any, numbers: Any, offset: Any, limits: Any, start: Any, stop: Any, found: Any
) -> Any:
    """Which rows of `start` .. `stop` may reach their limit.

    Args:
        codes, lengths, angles: as in `nibbles.Coded`.
        numbers, offset, limits: as in `nibbles.Coarse`.
        found: int32, filled from the front with the rows' places.

    Returns:
        How many places were filled, and the next row: `stop`, or earlier when `found` is full.
    """
    filled = 0
    width = codes.shape[1]
    for row in range(start, stop):
        product = np.float32(2 * _product(codes, row, numbers, width) - offset)
        if product >= limits[angles[row]] * lengths[row]:
            found[filled] = row
            filled += 1
            if filled == len(found):
                return filled, row + 1
    return filled, stop


@_compiled(fastmath={"reassoc", "contract"})  # type: ignore[untyped-decorator]
def encode(wide: Any, codes: Any, lengths: Any, cosines: Any) -> None:
    """Code rotated vectors (n, width), float64, into `codes`, `lengths` and each vector's cosine with its levels."""
    count, width = wide.shape
    half = width // 2
    levels = np.empty(width, np.float64)
    best = np.empty(width, np.float64)
    for row in range(count):
        square = 0.0
        for place in range(width):
            square += wide[row, place] * wide[row, place]
        deviation = np.sqrt(square / width)
        highest, longest = -2.0, 1.0
        for scale in _SCALES:
            per_step = 0.5 / (scale * deviation)
            for place in range(width):
                step = np.floor(wide[row, place] * per_step)
                levels[place] = 2.0 * min(max(step, -8.0), 7.0) + 1.0
            product, length = 0.0, 0.0
            for place in range(width):
                product += levels[place] * wide[row, place]
                length += levels[place] * levels[place]
            cosine = product / np.sqrt(square * length)
            if cosine > highest:
                highest, longest = cosine, length
                best[:] = levels
        for place in range(half):
            low, high = np.uint8((best[place] + 15.0) / 2.0), np.uint8((best[place + half] + 15.0) / 2.0)
            codes[row, place] = low | (high << 4)
        lengths[row] = np.sqrt(longest)
        cosines[row] = highest
