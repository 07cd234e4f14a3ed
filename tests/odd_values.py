"""What people, spreadsheets and enemies write into a cell or a box of a form."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

#: Parts of texts that have broken tables, pages, feeds or the order of reading somewhere: those
#: that nobody can see, and those that are what somebody may well want to say.
HIDDEN = [
    *("\n", "\r\n", "\r", "\t", "\x00", "\x0b", "\x1f", "\x7f", "\x85", "\u2028", "\ufeff"),
    *("\u202e", "\u2066", "\u200b", "\u200d", "\xad", "\ufdd0", "\ufffd", "\ufffe", "\ud800"),
    *("\ue000", "\uf8ff", "\U000f0000", "\U0010fffd"),
]
SHOWN = [
    *(" ", "\xa0", "\u3000", "\u2009", "Ａ", "３", "（", "）", "［2018］", "〔2018〕"),
    *(
        ",",
        ";",
        "；",
        '"',
        "'",
        "’",
        "=",
        "!=",
        "|",
        "#",
        "%",
        "%0A",
        "?",
        "&",
        "/",
        "\\",
        ".",
        "..",
    ),
    *("<b>", "</script>", "]]>", "&amp;", "{{ x }}", "{% x %}", "=1+1", "+1", "-1", "@x", "`"),
    *(
        "é",
        "e\u0301",
        "ﬁ",
        "ß",
        "İ",
        "中文",
        "𠮷",
        "😀",
        "👩‍👧",
        "עברית",
        "العربية",
        "हिन्दी",
        "words ",
    ),
]
_SHOWN = st.lists(st.sampled_from(SHOWN), min_size=1, max_size=5).map("".join)
TEXTS = st.one_of(
    # Most should be taken: what is refused is not restored.
    *(_SHOWN, _SHOWN.map(lambda text: f"One {text} two"), _SHOWN.map("a{}b".format)),
    st.sampled_from(HIDDEN).map("One {} two".format),
    st.text(min_size=1, max_size=12),
    st.sampled_from(["x" * 10_000, "长" * 5000, "x" * 5001, "y" * 300, "z" * 200, "a\n" * 2000]),
    st.sampled_from(
        ["  leading", "trailing  ", "\n\nlines\n\n", "　全角　", "one\ntwo", "a;b", "a,b"]
    ),
)
KEYS = st.one_of(
    st.from_regex(r"\A[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}\Z"),
    st.sampled_from(
        [
            *("lu'an", "an ji", "a.b", ".", "..", "a/b", "a%2Fb", "UPPER", "a_b", "-a", "a--b"),
            *("杭州", "a:b", "a;b", "a,b", "a=b", "programme", "changes", "spread", "x" * 61, "ａ"),
        ]
    ),
)
NUMBERS = st.one_of(
    st.integers(-2, 40_000).map(str),
    st.decimals(-1, 10**6, places=2).map(str),
    st.sampled_from(
        [
            *("-1", "-0", "+7", "007", "1.50", "1,000", "1e3", "1e999", "NaN", "½", "٥", "９", "."),
            *("1.", ".5", "9" * 15, "9" * 16, "9" * 400, "2147483648", "0.00001", "1_000", "0x10"),
        ]
    ),
)
DAYS = st.one_of(
    st.dates().map(str),
    st.integers(2010, 2030).map(str),
    st.sampled_from(
        [
            *(
                "2024-02-29",
                "2025-02-29",
                "2025-13",
                "2025-2-3",
                "２０２５",
                " 2025 ",
                "1949",
                "1948",
            ),
            *(
                "2199-12-31",
                "2200",
                "9999-12-31",
                "99999-01-01",
                "0000",
                "2025-06",
                "2025-00",
                "now",
            ),
        ]
    ),
)
ADDRESSES = st.sampled_from(
    [
        *("https://example.org/", "https://example.org/ä?b=c&d=1,2;3#e", "http://[::1]:80/"),
        *("https://例子.中国/杭州", "https://a:b@example.org/", "javascript:alert(1)", "https://"),
        *(
            "https://exa mple.org/",
            "ftp://example.org/",
            "https://example.org/" + "x" * 500,
            "//x/",
        ),
        *("https://example.org/'\"", "https://example.org/\u202e", "HTTPS://EXAMPLE.ORG"),
    ]
)


@dataclass(frozen=True)
class Odd:
    """One odd value of each kind, for a place whose kind is only known when it is filled."""

    place: int
    row: int
    is_of_its_kind: bool
    text: str
    key: str
    number: str
    day: str
    address: str


#: Any of many, each as likely as the others.
PLACES = st.sampled_from(range(10_000))
ODD = st.builds(
    Odd,
    place=PLACES,
    row=PLACES,
    is_of_its_kind=st.sampled_from([True, True, True, False]),
    text=TEXTS,
    key=KEYS,
    number=NUMBERS,
    day=DAYS,
    address=ADDRESSES,
)
