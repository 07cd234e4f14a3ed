"""Accounts: logging in and out, passwords, the second factor, and tokens for the API.

Staff make accounts; nobody signs up alone.
"""
