"""What leaves the portal with a checklist: tables, calendars, printed pages, audit packs."""
