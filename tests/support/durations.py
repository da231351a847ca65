"""Durations of the endurance tests: short by default, long with GALLEY_TEST_LONG=1."""

import os

IS_LONG = os.environ.get("GALLEY_TEST_LONG") == "1"

# Numbers of the threats in hostile files. The first threats would act in a browser.
THREATS_IN_A_BROWSER = range(1, 26) if IS_LONG else range(1, 8)
KILLED_IMPORTS, FILES_IN_EACH = (10, 5000) if IS_LONG else (1, 240)
KILLED_CHECKS, ARTICLES_IN_EACH = (10, 2000) if IS_LONG else (1, 250)
KILLED_MIRRORINGS, PICTURES_IN_EACH = (10, 60) if IS_LONG else (1, 30)
KILLED_JOBS, FILES_IN_EACH_JOB = (10, 300) if IS_LONG else (1, 150)  # the same number of dry runs and imports
ARTICLES_APPROVED = 50 if IS_LONG else 4  # by keyboard
LOAD_TEST_SECONDS, READERS = (60, 50) if IS_LONG else (1, 20)
KILLED_UNDOS, FILES_UNDONE = (10, 900) if IS_LONG else (1, 165)
KILLED_PUBLISHINGS, ARTICLES_PUBLISHED = (10, 200) if IS_LONG else (2, 60)
KILLED_SAVES = 10 if IS_LONG else 2
KILLED_ACCEPTS, UPDATES_HELD = (10, 40) if IS_LONG else (1, 12)
SAVES_AT_ONCE = 100 if IS_LONG else 6  # the same number by an editor and by files
SAVES_OF_EACH_OF_TWO = 50 if IS_LONG else 4
SAVES_OF_EACH_OF_THREE = 20 if IS_LONG else 8
FILES_OF_EACH_IMPORT = 150 if IS_LONG else 60  # of three imports at once
ARTICLES_OF_A_MACHINE = 300 if IS_LONG else 25
STEPS_OF_COUNTS = 30 if IS_LONG else 6  # number of lists
REQUESTS_OF_BYTES = 150 if IS_LONG else 25
ROUND_TRIPS, SETS_OF_PATHS = (50, 500) if IS_LONG else (5, 40)  # of exports with odd names
EDITORS_LOCKING, LOCKING_SECONDS = 8, 180 if IS_LONG else 7
RELOADS = 60 if IS_LONG else 2  # of a server with readers
HOSTILE_TEXTS = 400 if IS_LONG else 60  # of random pieces, for each property
ACTS, ARTICLES_ACTED_ON = (2000, 300) if IS_LONG else (16, 4)  # of an editor, at random
