"""Launch Debian's chromium with Playwright, without downloading Playwright's browsers."""

import base64
import shutil

ALWAYS = [
    "--no-sandbox",  # chromium's sandbox refuses root, which may run tests; all pages are our own
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",  # no network
    # Optimising scripts that run for a second takes longer than it saves. So do threads that free memory.
    "--js-flags=--no-maglev,--no-opt,--single-threaded-gc",
    "--in-process-gpu",  # a process less
    "--disable-gpu",  # there is none: nothing imitates one
    "--font-render-hinting=none",  # as on screens; headless, letter widths would be whole pixels
]


def find_chromium() -> str | None:
    """Return the path of headless chromium, or of chromium, which takes twice the time, or None."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


def launch(playwright, *options):
    return playwright.chromium.launch(executable_path=find_chromium(), args=[*ALWAYS, *options])


def serve_other_hosts(page) -> None:
    """Answer requests of a page to other hosts with a small image, to be independent of the network.

    Playwright's own routes would also intercept each request to our server, and disable the cache.
    """
    size = 'width="900" height="500"'
    image = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect {size} fill="#789"/></svg>'
    answer = {
        "responseCode": 200,
        "responseHeaders": [{"name": "Content-Type", "value": "image/svg+xml"}],
        "body": base64.b64encode(image.encode()).decode(),
    }
    session = page.context.new_cdp_session(page)
    session.on(
        "Fetch.requestPaused",
        lambda event: session.send("Fetch.fulfillRequest", {"requestId": event["requestId"]} | answer),
    )
    session.send("Fetch.enable", {"patterns": [{"urlPattern": "https://*"}]})


def log_in(page, site, user="") -> None:
    page.goto(site.url("/admin/login/?next=/admin/"))
    page.fill("[name=username]", user or site.editor)
    page.fill("[name=password]", site.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(site.url("/admin/"))


def state_of(playwright, site, user) -> dict:
    """Log in without opening a page, which takes longer; return what the browser would hold."""
    request = playwright.request.new_context()
    address = site.url("/admin/login/")
    request.get(address)
    [token] = [each["value"] for each in request.storage_state()["cookies"] if each["name"] == "csrftoken"]
    data = {"username": user, "password": site.password, "csrfmiddlewaretoken": token, "next": "/health/"}
    assert request.post(address, form=data, headers={"Referer": address}).url == site.url("/health/")
    state = request.storage_state()
    request.dispose()
    return state
