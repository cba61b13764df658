"""What a QR code on a screen says: codes of 29 and 33 modules, plain bytes, correction M."""

from collections.abc import Callable, Iterator
from typing import Final

from playwright.async_api import Locator

_BLOCKS: Final = {29: (1, 44), 33: (2, 32)}
"""By the code's size: blocks of data, and the bytes of each."""
_MASKS: Final = (
    lambda x, y: (x + y) % 2 == 0,
    lambda _, y: y % 2 == 0,
    lambda x, _: x % 3 == 0,
    lambda x, y: (x + y) % 3 == 0,
    lambda x, y: (y // 2 + x // 3) % 2 == 0,
    lambda x, y: x * y % 2 + x * y % 3 == 0,
    lambda x, y: (x * y % 2 + x * y % 3) % 2 == 0,
    lambda x, y: ((x + y) % 2 + x * y % 3) % 2 == 0,
)
_FORMAT_MASK: Final = 0b101  # of the three bits that name the mask
_BYTES: Final = 0b0100
_ASKED: Final = """(svg) => {
  const path = svg.querySelector("path").getAttribute("d");
  return [svg.viewBox.baseVal, path.match(/M[0-9]+ [0-9]+/g)].map((one) =>
    Array.isArray(one) ? one.map((at) => at.slice(1).split(" ").map(Number)) : one.width);
}"""


async def said_by(picture: Locator) -> str:
    """Return the text of a code."""
    width, squares = await picture.evaluate(_ASKED)
    dark = {(x, y) for x, y in squares}
    size = int(width) - 8
    blocks, length = _BLOCKS[size]
    bits = "".join(_bits(dark, size))
    read = [int(bits[at : at + 8], 2) for at in range(0, blocks * length * 8, 8)]
    whole = "".join(f"{one:08b}" for block in range(blocks) for one in read[block::blocks])
    assert int(whole[:4], 2) == _BYTES
    count = int(whole[4:12], 2)
    return bytes(int(whole[at : at + 8], 2) for at in range(12, 12 + count * 8, 8)).decode()


def _bits(dark: set[tuple[int, int]], size: int) -> Iterator[str]:
    """Tell the bits in their order: columns two by two from the right, up and down."""
    named = sum(((x, 8) in dark) << (4 - x) for x in (2, 3, 4))
    mask: Callable[[int, int], bool] = _MASKS[named ^ _FORMAT_MASK]
    upward = True
    for right in [*range(size - 1, 6, -2), *range(5, 0, -2)]:
        for y in range(size - 1, -1, -1) if upward else range(size):
            for x in (right, right - 1):
                if not _is_frame(x, y, size):
                    yield str(int(((x, y) in dark) ^ mask(x, y)))
        upward = not upward


def _is_frame(x: int, y: int, size: int) -> bool:
    """Tell whether a module belongs to what a camera finds the code by."""
    low, high = 9, size - 8
    corner = (x < low and y < low) or (x < low and y >= high) or (x >= high and y < low)
    mark = size - 7
    return corner or 6 in {x, y} or (abs(x - mark) <= 2 and abs(y - mark) <= 2)
