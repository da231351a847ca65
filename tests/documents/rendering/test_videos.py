"""Links to videos that stand alone."""

import pytest

from blog.documents.rendering.markdown import render_markdown


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("https://www.youtube.com/watch?v=a&b=1", "youtube.com"),
        ("<https://youtu.be/a>", "youtu.be"),
        ("[The film](https://player.vimeo.com/video/1)", "vimeo.com"),
        ('<video src="clip.mp4" controls></video>', "MP4"),
        ("{{< youtube dQw4w9WgXcQ >}}", "youtube.com"),
    ],
)
def test_become_cards(text, place):
    html = render_markdown(f"Before.\n\n{text}\n\nAfter.").html

    assert f'<p><a class="video" data-place="{place}" href="' in html


@pytest.mark.parametrize(
    "text",
    [
        "See https://youtu.be/a.",
        "https://www.youtube.com/",
        "https://youtube.com.example/a",
        "https://example.org/[mp4",
        "- https://youtu.be/a",
        "https://example.org/a.html",
    ],
)
def test_others_stay_links(text):
    assert "video" not in render_markdown(text).html


def test_local_recordings_are_called_by_their_file():
    html = render_markdown('<audio src="{static}/media/high%20tide.wav"></audio>').html

    assert ">high tide.wav</a>" in html
