"""How soon public pages can be used over a slow line, in Chromium with nothing in its cache.

``python -m tests.benchmarks.slow_line http://127.0.0.1:8000`` prints the rows of the table in
docs/benchmarks.md, of a portal that runs there. ``CBEC_BROWSER`` names the browser, as for tests.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

EIGHT = "hangzhou,zhengzhou,shijiazhuang,haikou,wuhan,xian,beijing,tianjin"
PAGES = {
    "home": "/",
    "city": "/cities/hangzhou/",
    "topic": "/topics/bonded-import-1210/",
    "changes": "/changes/",
    "statistics": "/statistics/",
    "zones": "/zones/",
    "cities": "/cities/",
    "atlas": "/atlas/",
    "research": "/research/",
    "compare, 8 cities": f"/compare/?cities={EIGHT}",
}
#: 1.6 Mbit/s down and half as much up, in bytes a second; milliseconds until anything comes.
LINE = {"offline": False, "latency": 40, "downloadThroughput": 2e5, "uploadThroughput": 1e5}
WINDOW: Any = {"width": 390, "height": 844}
ROUNDS = 3
#: When the answer began, when the first words stood, and when all stood and every script had run.
MOMENTS = """() => {
    const [answer] = performance.getEntriesByType("navigation");
    const [words] = performance.getEntriesByName("first-contentful-paint");
    return [answer.responseStart, words.startTime, answer.domContentLoadedEventEnd];
}"""


def visit(browser: Browser, address: str) -> list[float]:
    """Return kilobytes, milliseconds to each moment, and the processor's milliseconds for it."""
    context = browser.new_context(viewport=WINDOW, locale="en-GB")
    page = context.new_page()
    tools = context.new_cdp_session(page)
    arrived: list[float] = []
    tools.on("Network.loadingFinished", lambda one: arrived.append(one["encodedDataLength"]))
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", LINE)
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(address, wait_until="load")
    page.wait_for_timeout(100)
    told = tools.send("Performance.getMetrics")["metrics"]
    busy = next(one["value"] for one in told if one["name"] == "TaskDuration")
    moments = page.evaluate(MOMENTS)
    context.close()
    return [sum(arrived) / 1000, *moments, busy * 1000]


def rows(portal: str) -> Iterator[str]:
    """Yield the rows of the table, the median of the rounds after one that warms up."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CBEC_BROWSER"), args=["--no-sandbox"]
        )
        for name, path in PAGES.items():
            rounds = [visit(browser, portal.rstrip("/") + path) for _ in range(ROUNDS + 1)][1:]
            size, *rest = (median(column) for column in zip(*rounds, strict=True))
            yield f"| {name} | {size:.1f} | " + " | ".join(f"{one:,.0f}" for one in rest) + " |"
        browser.close()


if __name__ == "__main__":
    for row in rows(sys.argv[1]):
        sys.stdout.write(f"{row}\n")
        sys.stdout.flush()
