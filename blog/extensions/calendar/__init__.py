"""The calendar: published and scheduled articles on their days, and moving a scheduled one."""
