"""Dates as the portal writes them in English: day, month, year, and no comma."""

DATE_FORMAT = "j M Y"
YEAR_MONTH_FORMAT = "M Y"
DATETIME_FORMAT = "j M Y, H:i"
