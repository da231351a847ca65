"""An API for programs that send articles: the same checks as an import, answered within the request.

tokens.py    makes tokens, finds them, and says what is wrong with one
models.py    tokens, the imports that they send, and answers to repeated requests
requests.py  what each request needs: a token with rights, within its limits
problems.py  errors as application/problem+json
articles.py  sends an article, and returns the state of articles
sending.py   imports the file of a request
marks.py     marks and findings as places in the text that was sent
zips.py      imports of zip files, by a job
openapi.py   the description of all this for programs
screen.py    the screens where tokens are made and revoked
"""
