"""Images: decoded and stored, shown in other widths, and drawn as share cards."""
