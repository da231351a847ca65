"""Durations of the endurance tests: short by default, long with GALLEY_TEST_LONG=1."""

import os

IS_LONG = os.environ.get("GALLEY_TEST_LONG") == "1"

THREATS_IN_A_BROWSER = range(1, 26) if IS_LONG else range(1, 8)  # of hostile files: the first ones would act
KILLED_IMPORTS, FILES_IN_EACH = (10, 5000) if IS_LONG else (2, 400)
KILLED_CHECKS, ARTICLES_IN_EACH = (10, 2000) if IS_LONG else (1, 250)
KILLED_MIRRORINGS = 10 if IS_LONG else 1
KILLED_JOBS = 10 if IS_LONG else 1  # dry runs, and as many imports
ARTICLES_APPROVED = 50 if IS_LONG else 4  # by keyboard
SECONDS_OF_CROWD = 60 if IS_LONG else 3
KILLED_UNDOS, FILES_UNDONE = (10, 900) if IS_LONG else (1, 300)
KILLED_PUBLISHINGS = 10 if IS_LONG else 3
KILLED_SAVES = 10 if IS_LONG else 3
SAVES_AT_ONCE = 100 if IS_LONG else 20  # of an editor, and as many files
SAVES_OF_EACH_OF_TWO = 50 if IS_LONG else 6
ARTICLES_OF_A_MACHINE = 300 if IS_LONG else 60
RELOADS = 60 if IS_LONG else 2  # of a server, while others read
HOSTILE_TEXTS = 400 if IS_LONG else 60  # of random pieces, for each property
