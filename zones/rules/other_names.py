"""What else provinces and cities are called: the official one-character names of the provinces,
those of some cities, and how the post once spelt them. Nicknames are left out: several cities have
the same.
"""

from __future__ import annotations

from collections.abc import Mapping

#: The one-character names of the provinces, all of them, by the name that the standard
#: GB/T 2260 gives to each; some have two.
_PROVINCES = {
    "北京市": "京",
    "天津市": "津",
    "河北省": "冀",
    "山西省": "晋",
    "内蒙古自治区": "蒙",
    "辽宁省": "辽",
    "吉林省": "吉",
    "黑龙江省": "黑",
    "上海市": "沪",
    "江苏省": "苏",
    "浙江省": "浙",
    "安徽省": "皖",
    "福建省": "闽",
    "江西省": "赣",
    "山东省": "鲁",
    "河南省": "豫",
    "湖北省": "鄂",
    "湖南省": "湘",
    "广东省": "粤",
    "广西壮族自治区": "桂",
    "海南省": "琼",
    "重庆市": "渝",
    "四川省": "川蜀",
    "贵州省": "贵黔",
    "云南省": "云滇",
    "西藏自治区": "藏",
    "陕西省": "陕秦",
    "甘肃省": "甘陇",
    "青海省": "青",
    "宁夏回族自治区": "宁",
    "新疆维吾尔自治区": "新",
}
_CITIES: Mapping[str, tuple[str, ...]] = {
    "北京市": ("Peking",),
    "天津市": ("Tientsin",),
    "重庆市": ("Chungking",),
    "广州市": ("Canton", "穗"),
    "厦门市": ("Amoy",),
    "南京市": ("Nanking",),
    "青岛市": ("Tsingtao",),
    "沈阳市": ("Mukden",),
    "福州市": ("Foochow", "榕"),
    "苏州市": ("Soochow",),
    "杭州市": ("Hangchow",),
    "宁波市": ("Ningpo", "甬"),
    "汕头市": ("Swatow",),
    "烟台市": ("Chefoo",),
    "大连市": ("Dairen",),
    "成都市": ("Chengtu", "蓉"),
    "西安市": ("Sian",),
    "济南市": ("Tsinan",),
    "桂林市": ("Kweilin",),
    "贵阳市": ("Kweiyang",),
    "无锡市": ("Wusih",),
    "镇江市": ("Chinkiang",),
    "九江市": ("Kiukiang",),
    "温州市": ("Wenchow",),
    "北海市": ("Pakhoi",),
    "郑州市": ("Chengchow",),
    "呼和浩特市": ("呼市",),
    "乌鲁木齐市": ("乌市",),
}


def also_called(name: str) -> tuple[str, ...]:
    """Return what else a place of this Chinese name is called.

    >>> also_called("四川省")
    ('川', '蜀')
    """
    return (*_PROVINCES.get(name, ""), *_CITIES.get(name, ()))
