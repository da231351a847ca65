"""The sandbox: processes with limited time and memory for untrusted input.

A text or image can be crafted so that a parser takes minutes, or a decoder gigabytes. A thread cannot be
killed, and a backtracking regular expression blocks the interpreter, and with it every reader. So input is
never parsed or decoded in a process that answers requests or writes to the database.

Each process has a memory limit. Each task has a limit of CPU time and three times as much elapsed time.
Beyond these, a signal kills the process. A process ends when the socket to its parent closes, so it never
outlives its parent.

The sandbox protects against excessive input, not against code execution: it runs as the same user. It imports
blog.documents, blog.files and libraries such as Pillow, but not Django, and has no database and no secrets.

Requests use calls.py. An import starts its own processes (blog/imports/workers.py). pool.py reuses processes.
process.py is the parent's side of a process, child.py the child's side. texts.py, image_decoding.py, files.py
and systems.py contain the tasks. refusals.py has the reasons for missing results.
"""
