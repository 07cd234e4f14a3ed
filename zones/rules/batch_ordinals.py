"""How the batches of a programme are counted: *batch 5*, *fifth batch*, 第5批 and 第五批."""

from __future__ import annotations

from collections.abc import Iterator

#: English ordinals that people write out.
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    "tenth",
)
_DIGITS_ZH = "零一二三四五六七八九"
#: From here on no text counts in Chinese numerals.
_MOST = 100


def batch_ordinals(number: int) -> Iterator[str]:
    """Yield what the batch of a number is called within its programme.

    >>> list(batch_ordinals(12))[:3]
    ['batch 12', '第12批', '12批']
    """
    yield f"batch {number}"
    numerals = [str(number)]
    if 0 < number < _MOST:
        numerals.append(_numeral(number))
    for numeral in numerals:
        yield from (f"第{numeral}批", f"{numeral}批", f"第{numeral}批次")
    if 0 < number <= len(_ORDINALS):
        yield f"{_ORDINALS[number - 1]} batch"
    if number == 1:
        yield "首批"


def _numeral(number: int) -> str:
    """A number below a hundred in Chinese numerals."""
    tens, ones = divmod(number, 10)
    ten = f"{_DIGITS_ZH[tens] if tens > 1 else ''}十" if tens else ""
    return ten + (_DIGITS_ZH[ones] if ones else "")
