"""Notices by mail to people whom somebody waits for."""
