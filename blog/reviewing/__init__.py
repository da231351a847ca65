"""Reviewing: approvals of articles, their withdrawal, corrections, and the report of what is labelled.

All rows are append-only: whatever is taken back is taken back by a further row.
"""

from blog.reviewing.approving import ReviewRefusedError, approve, reason_to_refuse, withdraw
from blog.reviewing.correcting import correct, take_back_correction

__all__ = [
    "ReviewRefusedError",
    "approve",
    "correct",
    "reason_to_refuse",
    "take_back_correction",
    "withdraw",
]
