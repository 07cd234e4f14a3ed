"""The manners every answer of the API shares; knows none of the apps."""
