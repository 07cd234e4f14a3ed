"""Questions about templates and checklists."""
