"""What the API answers, each shape with its lines of CSV and its schema."""
