"""Questions the portal answers, from rows in force."""
