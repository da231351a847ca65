"""The screens of sources: in the proof, the lists, and the settings."""
