"""Date formats that replace Django's: see docs/translating.md."""
