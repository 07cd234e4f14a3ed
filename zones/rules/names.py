"""Names and document numbers as people write them: one way to compare them in every look-up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from cbec_portal.simplified import simplified

#: What follows the name of a place, longest first.
_ENDINGS_ZH = (
    *("综合实验区", "特别行政区", "自治州", "自治县", "自治旗", "自治区", "实验区", "新区", "地区"),
    *("全岛", "海关", "省", "市", "盟", "县", "区", "旗"),
)
_ENDINGS_EN = (
    *("autonomous prefecture", "autonomous county", "autonomous region", "autonomous banner"),
    *("special administrative region", "comprehensive experimental zone", "experimental zone"),
    *("comprehensive experimental area", "new area", "new district", "prefecture", "municipality"),
    *("province", "whole island", "island", "customs district", "customs", "district", "county"),
    *("league", "banner", "city"),
)
#: The peoples that autonomous places are named after. Those of one character are named with 族.
_PEOPLES_ZH = (
    *("蒙古", "维吾尔", "布依", "朝鲜", "土家", "哈尼", "哈萨克", "傈僳", "高山", "拉祜", "东乡"),
    *("纳西", "景颇", "柯尔克孜", "达斡尔", "仫佬", "布朗", "撒拉", "毛南", "仡佬", "锡伯", "阿昌"),
    *("普米", "塔吉克", "乌孜别克", "俄罗斯", "鄂温克", "德昂", "保安", "裕固", "塔塔尔", "独龙"),
    *("鄂伦春", "赫哲", "门巴", "珞巴", "基诺"),
)
_PEOPLE_ZH = re.compile(
    rf"(?:(?:{'|'.join(_PEOPLES_ZH)})族?|[回藏苗彝壮满侗瑶白傣黎佤畲水土羌怒京]族)$"
)
_PEOPLES_EN = frozenset(
    (
        *("and", "bai", "bouyei", "buyei", "dai", "daur", "dong", "dongxiang", "hani", "hui"),
        *("jingpo", "kazak", "kazakh", "kirgiz", "kyrgyz", "korean", "li", "lisu", "manchu"),
        *("miao", "mongol", "mongolian", "naxi", "nu", "qiang", "salar", "tajik", "tibetan"),
        *("tu", "tujia", "uygur", "uyghur", "va", "wa", "yao", "yi", "zhuang"),
    )
)
#: New areas, experimental zones and prefectures are as high as cities are.
_BELOW_A_CITY = re.compile(
    r"(?:[县旗镇乡]|(?<![新验治地])区)$"
    r"| (?:county|(?<!new )district|banner|town|township)$"
)
#: How the name of a customs district ends, without blanks.
_OF_CUSTOMS = re.compile(r"(?<=.)(?:customs(?:district)?|海关(?:关区)?|关区)$")
_AUTONOMOUS_EN = re.compile(r" autonomous (?:prefecture|county|region|banner)$")
#: Apart stand letters and digits of different scripts, so that 第194号 holds the number 194.
_MARKS = re.compile(r"[\W_ʹʻʼʽˈ´`]")
_BRACKETED = re.compile(r"[()\[\]（）［］〔〕【】]")
_SCRIPTS = re.compile(r"(?<=[\x00-\x7f])(?=[^\x00-\x7f])|(?<=[^\x00-\x7f])(?=[\x00-\x7f])")


#: The last character of the plane that those in common use lie on.
_COMMON = 0xFFFF


class _Letters(dict[int, str]):
    """What is left of each character to compare, kept of those in common use: the index of names
    asks for some thousands, mostly the same ones.
    """

    def __missing__(self, code: int) -> str:
        letters = simplified(chr(code)).casefold()
        left = "".join(c for c in letters if not unicodedata.combining(c))
        if code <= _COMMON:
            self[code] = left
        return left


_letters = _Letters()


def plain(text: str) -> str:
    """Return a text as words to compare, separated by single blanks.

    They have no case, width, accents, tones, brackets or punctuation, and their Chinese is in
    simplified characters.
    """
    if text.isascii():  # such as every key, of which nothing but case and marks can go
        return " ".join(_MARKS.sub(" ", text.lower()).split())
    kept = unicodedata.normalize("NFKD", text).translate(_letters)
    return " ".join(_SCRIPTS.sub(" ", _MARKS.sub(" ", kept)).split())


def is_below_a_city(text: str) -> bool:
    """Return whether a name says itself that it is of a county, a district or a town."""
    return bool(_BELOW_A_CITY.search(plain(text)))


def joined(text: str) -> str:
    """Return a text as one name to compare: plain, and without blanks.

    So *Xi'an*, *Xi an* and *XIAN* are one name.
    """
    return plain(text).replace(" ", "")


def short_forms(name: str) -> Iterator[str]:
    """Yield a name, then shorter ones: without what kind of place it is, and whose autonomy.

    >>> list(short_forms("德宏傣族景颇族自治州"))
    ['德宏傣族景颇族自治州', '德宏傣族景颇族', '德宏', '德宏州']
    """
    words = plain(name)
    yield words.replace(" ", "")
    if words.isascii():
        yield from _short_english(words)
    else:
        yield from _short_chinese(words.replace(" ", ""))


def key_forms(text: str) -> list[str]:
    """Return what a name that someone asks for may stand for, the name itself first.

    A province is never meant by a city's name: 吉林省 does not ask for the city of Jilin; nor is a
    customs district: 佛山海关 does not ask for the city of Foshan, though there be no such one.
    """
    first, *shorter = short_forms(text)
    if of_customs := _OF_CUSTOMS.search(first):
        own = first[: of_customs.start()]
        return list(dict.fromkeys([first, own + ("customs" if own.isascii() else "海关")]))
    of_province = first.endswith(("省", "自治区", "province", "autonomousregion"))
    return [first] if of_province else [first, *shorter]


def name_keys(names: Iterable[str]) -> frozenset[str]:
    """Return every form in which some names may be written.

    What stands in brackets is another name, as in *Tibet (Xizang)*.
    """
    parts = (part for name in names for part in (name, *_BRACKETED.split(name)))
    return frozenset(filter(None, (form for part in parts for form in short_forms(part))))


def _short_chinese(name: str) -> Iterator[str]:
    ending = next((end for end in _ENDINGS_ZH if name.endswith(end)), "")
    short = name.removesuffix(ending)
    if not ending or len(short) < 2:
        return
    yield short
    if ending.startswith("自治"):
        own = short
        while (found := _PEOPLE_ZH.search(own)) and found.start() >= 2:
            own = own[: found.start()]
        if own != short:
            yield own
        yield own + ending[-1]


def _short_english(words: str) -> Iterator[str]:
    ending = next((end for end in _ENDINGS_EN if words.endswith(" " + end)), "")
    if not ending:
        return
    short = words.removesuffix(ending).split()
    yield "".join(short)
    if _AUTONOMOUS_EN.search(words):
        while len(short) > 1 and short[-1] in _PEOPLES_EN:
            short.pop()
            yield "".join(short)
