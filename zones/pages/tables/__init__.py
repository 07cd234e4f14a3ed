"""Tables that people take along from pages: the sheets of each, made of what the page shows."""
