"""Browser tabs that tests reuse, because opening a tab takes longer than loading a page."""

from tests.support.browser.launching import serve_other_hosts
from tests.support.browser.visits import Visit

DESK = {"width": 1280, "height": 720}
# Options that an open tab can change. All other options of Playwright's new_context() need a new profile.
MEDIA = {"color_scheme": "light", "reduced_motion": "no-preference", "forced_colors": "none"}


class Tabs:
    """Tabs of one browser, each lent to one test at a time and cleared before the next test."""

    def __init__(self, browser, site):
        self.browser, self.site = browser, site
        self.kept, self.lent = {}, []

    def lend(self, storage_state=None, *, is_fresh=False, viewport=None, **options) -> Visit:
        """Return a tab with this log-in state. A fresh tab has its own profile and is not reused."""
        media = {name: options.pop(name, usual) for name, usual in MEDIA.items()}
        key = str([id(storage_state), sorted(options.items())])
        kept = self.kept.get(key, [])
        if kept and not is_fresh:
            visit = kept.pop()
            self._clear(visit, storage_state)
        else:
            visit = self._new(storage_state, options)
        self.lent.append((None if is_fresh else key, visit))
        visit.page.set_viewport_size(viewport or DESK)
        visit.page.emulate_media(media="null", **media)
        return visit

    def take_back(self) -> None:
        for key, visit in self.lent:
            visit.stop_recording()
            if key is None:
                visit.page.context.close()
            else:
                self.kept.setdefault(key, []).append(visit)
        self.lent.clear()

    def _new(self, state, options) -> Visit:
        page = self.browser.new_context(storage_state=state, **options).new_page()
        serve_other_hosts(page)
        return Visit(page, self.site)

    def _clear(self, visit, state) -> None:
        context = visit.page.context
        for page in context.pages:
            if page != visit.page:
                page.close()
        if visit.page.is_closed():
            page = context.new_page()
            serve_other_hosts(page)
            visit.move_to(page)
        visit.page.unroute_all()
        visit.page.goto(self.site.url("/health/"))  # the browser confirms leaving unsaved changes
        visit.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        context.clear_cookies()
        context.add_cookies(state["cookies"] if state else [])
        visit.begin()
