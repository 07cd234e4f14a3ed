"""The API of the rules: filters, serializers, views and addresses."""
