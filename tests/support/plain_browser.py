"""A browser without scripts: it follows the links of pages of the test client, and sends their forms."""

from functools import cached_property
from urllib.parse import urljoin

from bs4 import BeautifulSoup

from tests.support.html_forms import read_forms


class PlainBrowser:
    """Shows one page after the other. Elements are named by CSS selectors."""

    def __init__(self, client):
        self.client, self.address = client, "/"

    def open(self, address, data=None):
        address = urljoin(self.address, address)
        return self._show(address, self.client.get(address, data, follow=True))

    def follow(self, link):
        return self.open(self.one(link)["href"])

    def press(self, button, **values):
        """Send the form of a button, with these values of its fields instead of the shown ones."""
        button = self.one(button)
        form = self._form_of(button)
        fields = {field["name"] for field in self.page.select("[name]") if self._form_of(field) is form}
        assert values.keys() <= fields, f"{values.keys() - fields} are no fields on {self.address}"
        number = next(number for number, other in enumerate(self.page.select("form")) if other is form)
        data = read_forms(self.html)[number].data | values
        if button.has_attr("name"):
            data[button["name"]] = button.get("value", "")
        action = button.get("formaction") or form.get("action") or self.address
        if form.get("method", "get").lower() == "get":
            return self.open(action, data)
        address = urljoin(self.address, action)
        return self._show(address, self.client.post(address, data, follow=True))

    def one(self, selector):
        found = self.page.select_one(selector)
        assert found, f"{selector} is not on {self.address}: {self.text}"
        return found

    @property
    def text(self) -> str:
        return " ".join(self.page.get_text(" ").split())

    def _form_of(self, element):
        return self.one(f"#{element['form']}") if element.has_attr("form") else element.find_parent("form")

    def _show(self, address, response):
        for target, _status in response.redirect_chain:
            address = urljoin(address, target)
        self.address = address.partition("#")[0]
        self.html = response.content.decode()
        self.__dict__.pop("page", None)
        return self

    @cached_property
    def page(self):
        return BeautifulSoup(self.html, "html.parser")
