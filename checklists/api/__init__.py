"""The API of templates and checklists: bodies, views and addresses."""
