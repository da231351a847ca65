"""The admin: all screens for editors, their forms, and their parts."""
