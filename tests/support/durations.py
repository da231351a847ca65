"""Durations of the endurance tests: short by default, long with GALLEY_TEST_LONG=1."""

import os

IS_LONG = os.environ.get("GALLEY_TEST_LONG") == "1"

# Numbers of the threats in hostile files. The first threats would act in a browser.
THREATS_IN_A_BROWSER, FILES_OF_A_THREAT = (range(1, 26), 100) if IS_LONG else (range(1, 8), 3)
# Files or articles of a transaction that is killed: fewer than a site's, so that an import can be smaller.
BATCH = None if IS_LONG else 10
KILLED_IMPORTS, FILES_IN_EACH = (5, 1500) if IS_LONG else (1, 40)
KILLED_CHECKS, ARTICLES_IN_EACH = (5, 600) if IS_LONG else (1, 30)
KILLED_MIRRORINGS, PICTURES_IN_EACH = (20, 60) if IS_LONG else (1, 30)
KILLED_ROUNDS = 10 if IS_LONG else 2  # of opening sources
# The same number of dry runs and imports. With fewer files, an import can end before it is killed.
KILLED_JOBS, FILES_IN_EACH_JOB = (6, 200) if IS_LONG else (1, 42)
ARTICLES_APPROVED = 50 if IS_LONG else 3  # by keyboard; a test schedules three of them
KILLED_UNDOS, FILES_UNDONE = (20, 450) if IS_LONG else (1, 36)
KILLED_ACTS, ARTICLES_OF_ACTS = (20, 60) if IS_LONG else (2, 8)  # of each kind
KILLED_ACCEPTS, UPDATES_HELD = (6, 24) if IS_LONG else (1, 8)
SAVES_AT_ONCE = 100 if IS_LONG else 3  # the same number by an editor and by files
SAVES_OF_EACH_OF_TWO = 30 if IS_LONG else 6
FILES_OF_EACH_IMPORT = 150 if IS_LONG else 15  # of three imports at once
ARTICLES_OF_A_MACHINE = 300 if IS_LONG else 25
STEPS_OF_COUNTS = 30 if IS_LONG else 3  # number of lists
REQUESTS_OF_BYTES = 150 if IS_LONG else 15
ROUND_TRIPS, SETS_OF_PATHS = (50, 500) if IS_LONG else (3, 40)  # of exports with odd names
# Of editors at once. More than three minutes are with pauses, as the machine has other work meanwhile.
EDITING_MINUTES = int(os.environ.get("GALLEY_TEST_MINUTES", "3"))
EDITING_SECONDS = 60 * EDITING_MINUTES if IS_LONG else 1
THINKING_SECONDS = 0.5 if IS_LONG and EDITING_MINUTES > 3 else 0  # before each act
RELOADS = 60 if IS_LONG else 1  # of a server with readers
HOSTILE_TEXTS = 400 if IS_LONG else 60  # of random pieces, for each property
HOSTILE_PAGES = 10_000 if IS_LONG else 150
ACTS, ARTICLES_ACTED_ON = (2000, 300) if IS_LONG else (12, 3)  # of an editor, at random
BACKUPS_OF_A_BUSY_SITE = 10 if IS_LONG else 1
KILLED_MAILINGS = 200 if IS_LONG else 2  # in one process
FOLLOWERS, KILLED_SENDERS = (10_000, 20) if IS_LONG else (60, 1)
SOAK_MINUTES = float(os.environ.get("GALLEY_TEST_SOAK_MINUTES", "3"))
