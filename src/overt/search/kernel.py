"""The compiled loops: coding, and the scan that compares as it goes.

Rules:
* Both let go of the interpreter, so that threads run beside each other.
* The product of a row and a probe is an exact integer. Two numbers' products with a code of at most 15 fit 16 bits
  twice over (4 * 15 * 127 = 7,620), and are summed in 32.
* Processors with AVX2 have one instruction for that, which no loop is turned into; others get it in LLVM's own vectors.
* What comes `_AHEAD` bytes later is asked of the memory now: the scan is as fast as it delivers (docs/search.md).
* Nothing is decided here: which product may be passed over is in the table that is handed in.

Compiled once for a machine and kept beside this file or in numba's own folder; where neither can be written, compiled
anew by each process, which takes some seconds.
"""

from typing import Any, Final

import numpy as np
from llvmlite import binding, ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from overt.search.nibbles import SCALES

_LANES: Final = 32
"""Codes' bytes in one vector; two of them in a step."""
_AHEAD: Final = 4096
_HAS_AVX2: Final = bool(binding.get_host_cpu_features().get("avx2"))
_SUMS: Final = 8
_BYTE, _WORD, _INDEX = (ir.IntType(bits) for bits in (8, 32, 64))
_BYTES: Final = ir.VectorType(_BYTE, _LANES)
_TOTALS: Final = ir.VectorType(_WORD, _SUMS)


def _compiled(**options: Any) -> Any:
    def decorate(function: Any) -> Any:
        try:
            return njit(cache=True, nogil=True, **options)(function)
        except RuntimeError:  # no folder to keep it in
            return njit(nogil=True, **options)(function)

    return decorate


def _generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """The instructions of `_product`."""
    codes = context.make_array(signature.args[0])(context, builder, arguments[0]).data
    numbers = context.make_array(signature.args[2])(context, builder, arguments[2]).data
    row, width = arguments[1], arguments[3]
    start = builder.gep(codes, [builder.mul(row, width)])
    total = cgutils.alloca_once_value(builder, ir.Constant(_TOTALS, [0] * _SUMS))  # type: ignore[no-untyped-call]
    with cgutils.for_range(builder, builder.udiv(width, _INDEX(2 * _LANES))) as loop:
        place = builder.mul(loop.index, _INDEX(2 * _LANES))
        _fetch(builder, start, builder.add(place, _INDEX(_AHEAD)))
        for at in (place, builder.add(place, _INDEX(_LANES))):
            code = _load(builder, start, at)
            low, high = builder.and_(code, _all(15)), builder.lshr(code, _all(4))
            summed = _summed(
                builder, (low, _load(builder, numbers, at)), (high, _load(builder, numbers, builder.add(at, width)))
            )
            builder.store(builder.add(builder.load(total), summed), total)
    return _call(builder, f"llvm.vector.reduce.add.v{_SUMS}i32", _WORD, builder.load(total))


def _summed(builder: Any, *pairs: tuple[Any, Any]) -> Any:
    """The products of codes and numbers of both pairs, in `_SUMS` sums of neighbours."""
    shorts = ir.VectorType(ir.IntType(16), _LANES // 2)
    if _HAS_AVX2:
        halves = [_call(builder, "llvm.x86.avx2.pmadd.ub.sw", shorts, *pair) for pair in pairs]
        ones = ir.Constant(shorts, [1] * (_LANES // 2))
        return _call(builder, "llvm.x86.avx2.pmadd.wd", _TOTALS, builder.add(*halves), ones)
    wide = ir.VectorType(ir.IntType(16), _LANES)
    low, high = (builder.mul(builder.zext(code, wide), builder.sext(number, wide)) for code, number in pairs)
    both = builder.sext(builder.add(low, high), ir.VectorType(_WORD, _LANES))
    parts = [
        builder.shuffle_vector(both, both, ir.Constant(_TOTALS, list(range(at, at + _SUMS))))
        for at in range(0, _LANES, _SUMS)
    ]
    return builder.add(builder.add(*parts[:2]), builder.add(*parts[2:]))


def _load(builder: Any, pointer: Any, place: Any) -> Any:
    at = builder.bitcast(builder.gep(pointer, [place]), _BYTES.as_pointer())
    return builder.load(at, align=1)


def _fetch(builder: Any, pointer: Any, place: Any) -> None:
    """Ask the memory for what is there; past the end of an array that does nothing."""
    to_read, keep, data = _WORD(0), _WORD(3), _WORD(1)
    _call(builder, "llvm.prefetch.p0", ir.VoidType(), builder.gep(pointer, [place]), to_read, keep, data)


def _all(value: int) -> Any:
    return ir.Constant(_BYTES, [value] * _LANES)


def _call(builder: Any, name: str, gives: Any, *arguments: Any) -> Any:
    kind = ir.FunctionType(gives, [one.type for one in arguments])
    function = cgutils.get_or_insert_function(builder.module, kind, name)  # type: ignore[no-untyped-call]
    return builder.call(function, arguments)


def _typed(typing: Any, codes: Any, row: Any, numbers: Any, width: Any) -> Any:
    """The sum over a row's codes times the probe's numbers. `width`: bytes of a row, a multiple of 64."""
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
        for scale in SCALES:
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
