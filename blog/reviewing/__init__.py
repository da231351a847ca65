"""Reviewing: approvals of articles, their withdrawal, corrections, and the report of what is labelled.

All rows are append-only: whatever is taken back is taken back by a further row.
"""
