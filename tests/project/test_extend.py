"""GALLEY_EXTENSIONS, and the modules of an extension that Galley finds."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from blog import extend, extension_apps
from site_config import variables


class TestNames:
    @pytest.fixture(autouse=True)
    def two_bundled(self, monkeypatch):
        monkeypatch.setattr(extension_apps, "bundled", lambda: ["blog.extensions.one", "blog.extensions.two"])
        monkeypatch.setattr(
            extension_apps, "exists", lambda name: name in {*extension_apps.bundled(), "own.app"}
        )

    @pytest.mark.parametrize(
        ("value", "apps"),
        [
            ("default", ["blog.extensions.one", "blog.extensions.two"]),
            ("default,-one, own.app", ["blog.extensions.two", "own.app"]),
            ("two", ["blog.extensions.two"]),
            ("own.app,one,own.app", ["own.app", "blog.extensions.one"]),
            ("", []),
        ],
    )
    def test_are_those_of_apps(self, value, apps):
        assert extension_apps.names_of(value) == apps

    def test_an_unknown_one_is_reported_with_those_of_galley(self, monkeypatch):
        monkeypatch.setenv("GALLEY_EXTENSIONS", "default,onne")

        with pytest.raises(ImproperlyConfigured, match=r"GALLEY_EXTENSIONS: .*“onne”.* one, two"):
            variables.extensions("GALLEY_EXTENSIONS")

    def test_one_named_like_a_module_of_python_is_reported(self, monkeypatch):
        monkeypatch.setenv("GALLEY_EXTENSIONS", "json")

        with pytest.raises(ImproperlyConfigured, match="“json” is a module of Python"):
            variables.extensions("GALLEY_EXTENSIONS")


class TestPoint:
    def test_has_each_item_once(self):
        point = extend.Point()

        @point
        def item(): ...

        point.add(item)

        assert list(point) == [item]


class TestSettings:
    def test_are_upper_case_names_and_variables(self, tmp_path, monkeypatch):
        folder = tmp_path / "sample_app"
        folder.mkdir()
        (folder / "__init__.py").touch()
        (folder / "settings.py").write_text('VARIABLES = {"SAMPLE": "why"}\nSAMPLE_SIZE = 1\nsecret = 2\n')
        monkeypatch.syspath_prepend(tmp_path)

        assert extension_apps.settings_of(["sample_app"]) == ({"SAMPLE_SIZE": 1}, {"SAMPLE": "why"})
