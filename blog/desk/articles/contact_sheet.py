"""The contact sheet: each image of a list of articles once, with one decision for all its articles."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.articles.actions.base import SkipReason
from blog.articles.models import Article, EmptyArticleError
from blog.desk.articles.costs import cost_question, format_left_out, kept_fields, left_out, public_question
from blog.desk.articles.list import articles_in, link_to
from blog.desk.base import TOAST, WITH_UNDO, screen
from blog.images.models import Image
from blog.images.renditions import remote_srcset
from blog.review.approval_costs import edit_cost
from blog.review.contact_sheet import (
    ContactSheet,
    ImageConcern,
    SheetImage,
    alt_text_state,
    contact_sheet,
    stored_images,
)
from blog.review.image_decisions import ImageEdits, as_markdown, decide_images
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

IMAGES_ON_A_PAGE = 60
LONGEST = 1000  # characters of an alt text
KEYS = {
    "Tab": gettext_lazy("next image"),
    "↵": gettext_lazy("save and go to the next image"),
    "Shift ↵": gettext_lazy("new line"),
    "Alt D": gettext_lazy("decorative"),
    "Alt R": gettext_lazy("replace"),
    "Ctrl ↵": gettext_lazy("all are fine"),
}
CHOICES_SHOWN = 3  # alt texts of one image; the others are folded
LINKS_SHOWN = 20  # articles of one image
OPEN, WITHOUT = "open", "none"  # filters besides ImageConcern: not looked at, and without a concern
CONCERNS = {
    ImageConcern.UNFETCHED: gettext_lazy("Could not be fetched"),
    ImageConcern.UNDESCRIBED: gettext_lazy("No alt text"),
    ImageConcern.SEVERAL: gettext_lazy("Several alt texts"),
    ImageConcern.TITLE: gettext_lazy("Repeats the title"),
    ImageConcern.SPEECH: gettext_lazy("Reports speech"),
    ImageConcern.FIGURE: gettext_lazy("Says a number"),
    ImageConcern.PREFIX: gettext_lazy("Starts with “Image of”"),
    ImageConcern.CREDIT: gettext_lazy("No credit"),
}
SENTENCES = {
    ImageConcern.UNFETCHED: gettext_lazy("Alt text cannot be compared with the image"),
    ImageConcern.UNDESCRIBED: gettext_lazy("No alt text"),
    ImageConcern.TITLE: gettext_lazy("Alt text repeats the title"),
    ImageConcern.SPEECH: gettext_lazy("Says more than an image can show: speech"),
    ImageConcern.FIGURE: gettext_lazy("Says more than an image can show: a number"),
    ImageConcern.PREFIX: gettext_lazy("Starts with “Image of”; screen readers say that already"),
    ImageConcern.CREDIT: gettext_lazy("No credit, but other images have one"),
}


def _row(number, image: SheetImage, stored: Image | None, links) -> dict:
    """Return an image for the screen. links: the first of its articles, as (key, title).

    seen: the value of the field that states which alt texts the user has seen.
    """
    url, choices = _image_url(image, stored), _choices(image)
    is_in_text = any(not use.is_hero for use in image.uses)
    return {
        "number": number,
        "image": image,
        "stored": stored,
        "links": links,
        "more_links": max(0, image.number - len(links)),
        "seen": f"{image.key}:{image.state}",
        "url": url,
        "srcset": stored.srcset if stored and stored.file else url and remote_srcset(url),
        "host": _host(image),
        "size": f"{stored.width} \u00d7 {stored.height}" if stored and stored.width else _("size unknown"),
        "concern": _concern(image),
        "choices": choices,
        "first_choices": choices[:CHOICES_SHOWN],
        "further_choices": choices[CHOICES_SHOWN:],
        # Whether readers would get an empty alt text, rather than the alt text of the stored image.
        "can_be_decorative": image.is_decorative or not (is_in_text and stored and stored.alt),
    }


def _image_url(image, stored) -> str:
    """Return the URL of the image; "" if it cannot be shown: the CSP blocks http: URLs."""
    url = stored.url if stored else image.address
    is_shown = url.startswith("https://") or (stored and stored.file)
    return url if is_shown and not image.failure else ""


def _host(image) -> str:
    try:
        return urlsplit(image.address).hostname or ""
    except ValueError:
        return ""


def _concern(image) -> str:
    """Return the finding in words; "" without one."""
    if image.concern == ImageConcern.SEVERAL:
        number = len(image.alt_texts)
        message = ngettext("%d alt text; which one?", "%d alt texts for one image; which one?", number)
        return message % number
    return str(SENTENCES[image.concern]) if image.concern else ""


def _choices(image) -> list[dict]:
    """Return the alt texts, if there are several and an editor has not looked at them."""
    alts = image.alt_texts
    if len(alts) < 2 or image.look:
        return []
    titles = image.repeated_titles
    return [{"alt": alt, "number": number, "repeats_title": alt in titles} for alt, number in alts if alt]


def sheet_filters(sheet: ContactSheet) -> list[tuple[str, str, int]]:
    """Return (value, name, number of images) of the filters that match images. The first matches all."""
    concerns = [image.concern for image in sheet.images]
    left = len(sheet.images) - sheet.looked_at if sheet.looked_at else 0
    filters = [
        ("", _("All"), len(sheet.images)),
        (OPEN, _("Not looked at"), left),
        *((each.value, str(CONCERNS[each]), concerns.count(each)) for each in ImageConcern),
        (WITHOUT, _("No finding"), concerns.count(None)),
    ]
    return [(value, name, number) for value, name, number in filters if number]


def is_shown(image: SheetImage, show: str) -> bool:
    if show == OPEN:
        return image.look is None
    return not show or (image.concern or WITHOUT) == show


def sheet_rows(page) -> list[dict]:
    images = list(page.object_list)
    stored = stored_images(images)
    links = {image.key: sorted(image.articles)[:LINKS_SHOWN] for image in images}
    keys = {key for some in links.values() for key in some}
    titles = dict(Article.objects.filter(pk__in=keys).order_by().values_list("pk", "title"))
    return [
        _row(number, image, stored.get(image.key), [(key, titles[key]) for key in links[image.key]])
        for number, image in enumerate(images, page.start_index())
    ]


def contact_sheet_page(request, *, model_admin):
    """GET shows the images of a list. POST saves alt texts, or records that the images were looked at.

    This requires the permission to publish.
    """
    model_admin.require_publisher(request)
    scope = request.POST.get("scope", "") or request.GET.get("scope", "")
    articles = articles_in(scope, request, model_admin)
    if request.method == "POST":
        return _decide(model_admin, request, articles, scope)
    context = _screen(request, contact_sheet(articles), articles, scope)
    request.belongs_to = context["back"]
    return screen(model_admin, request, "admin/blog/article/contact_sheet.html", context)


def _decide(model_admin, request, articles, scope):
    posted = _Posted(request.POST, articles)
    try:
        if request.headers.get("Accept") == "application/json":
            return _save_one(request, posted)
        return _save_all(model_admin, request, posted, articles, scope)
    except RefusedError as error:
        return _refuse(request, str(text_refusal(error)))
    except EmptyArticleError as error:  # it only showed the alt text of an image that cannot be shown
        return _refuse(request, str(error))


def _save_one(request, posted):
    """Save the alt text of an image in articles that are neither approved nor public.

    The others are asked about once, when the whole sheet is saved.
    """
    edits = ImageEdits(posted.edits)
    skip = edit_cost(edits.changes).keys | _public(edits)
    if len(posted.edits) != 1:  # the script sends one image
        return JsonResponse({"said": _changed(posted.changed)}, status=409)
    result = decide_images(request.user, edits, (), skip)
    same = result.skipped.get(SkipReason.SAME, ())
    left = edits.articles - {article.pk for article in (*result.changed, *same)}
    ((image, alt),) = posted.edits.items()
    new = {alt_text_state(text, is_decorative=not alt) for text in (alt, as_markdown(alt))}
    seen = ".".join(sorted({*image.state.split("."), *new}))
    said = _saved(len(edits.articles) - len(left), len(left))
    return JsonResponse({"said": said, "left": len(left), "seen": f"{image.key}:{seen}"})


def _save_all(model_admin, request, posted, articles, scope):
    if posted.looked_at and not request.user.has_perm("blog.settle_mark"):
        raise PermissionDenied
    edits = ImageEdits(posted.edits)
    cost, public = edit_cost(edits.changes), _public(edits)
    skip = left_out(request.POST, cost)
    if skip is None or (public and request.POST.get("confirmed") != str(len(public))):
        return _ask(model_admin, request, cost, public)
    result = decide_images(request.user, edits, posted.looked_at, skip)
    if result.message:
        messages.success(request, result.message, extra_tags=WITH_UNDO)
    if skip:
        messages.info(request, format_left_out(len(skip)), extra_tags=TOAST)
    saved = len(result.skipped.get(SkipReason.CHANGED, ()))
    if posted.changed or saved:
        messages.warning(request, _changed(posted.changed + saved))
    elif not result.message:
        messages.warning(request, _("There was nothing to save."))
    return HttpResponseRedirect(_url(request, scope))


def _ask(model_admin, request, cost, public):
    request.belongs_to, _scope_name = link_to(request.POST.get("scope", ""))
    fields, url = kept_fields(request.POST), request.get_full_path()
    if cost.endings:
        title = ngettext(
            "These alt texts would end %d approval",
            "These alt texts would end %d approvals",
            cost.approvals,
        )
        title %= cost.approvals
        context = cost_question(title, cost, url=url, fields=fields, public=len(public))
        context |= {"back": url, "back_name": _("Images")}
        return screen(model_admin, request, "admin/blog/article/cost.html", context)
    rows = Article.objects.filter(pk__in=public)
    context = public_question(
        _("Alt texts"), cost.articles, rows, button=_("Save"), url=url, fields=fields, back=url
    )
    return screen(model_admin, request, "admin/blog/article/bulk_fix_confirmation.html", context)


def _refuse(request, sentence):
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"said": sentence}, status=409)
    messages.error(request, sentence)
    return HttpResponseRedirect(request.get_full_path())


class _Posted:
    """A submitted sheet.

    edits: {image: alt text}. looked_at: images that the user has looked at. changed: number of images whose
    alt texts someone else has changed meanwhile, which are left out.
    """

    def __init__(self, data, articles):
        seen = dict(text.partition(":")[::2] for text in " ".join(data.getlist("seen")).split())
        failed = set(data.getlist("failed"))
        images = {image.key: image for image in contact_sheet(articles, seen).images}
        self.edits, self.looked_at, self.changed = {}, [], 0
        for key, state in seen.items():
            image = images.get(key)
            if image is None or not image.is_as_seen(state):
                self.changed += 1
                continue
            if (alt := _new_alt_text(data, image)) is not None:
                self.edits[image] = alt
            if "fine" in data and key not in failed and not image.failure and not image.look:
                self.looked_at.append(image)


def _new_alt_text(data, image) -> str | None:
    """Return the new alt text of an image in the form, or None if it is unchanged."""
    typed = " ".join(data.get(f"alt-{image.key}", "").split())[:LONGEST]
    chosen = " ".join(data.get(f"choice-{image.key}", "").split())[:LONGEST]
    is_single = len(image.alt_texts) == 1
    if typed and not (is_single and typed == image.alt):
        return typed
    if chosen:
        return chosen
    return "" if f"decorative-{image.key}" in data and not image.is_decorative else None


def _public(edits: ImageEdits) -> set[int]:
    keys = [key for key, fields in edits.changes.items() if fields]
    return set(Article.objects.published().filter(pk__in=keys).order_by().values_list("pk", flat=True))


def _saved(changed, left) -> str:
    sentence = ngettext("Saved in %d article.", "Saved in %d articles.", changed) % changed
    if not left:
        return sentence
    later = ngettext(
        "%d is approved or public; you are asked about it at the end.",
        "%d are approved or public; you are asked about them at the end.",
        left,
    )
    return f"{sentence} {later % left}"


def _changed(number) -> str:
    message = ngettext(
        "%d image was skipped, because it changed meanwhile or is being checked. Look at it again.",
        "%d images were skipped, because they changed meanwhile or are being checked. Look at them again.",
        number,
    )
    return message % number


def _url(request, scope):
    query = {"scope": scope}
    if show := request.GET.get("show", ""):
        query["show"] = show
    return reverse("admin:blog_article_describe", query=query)


def _screen(request, sheet: ContactSheet, articles, scope):
    filters = sheet_filters(sheet)
    show = request.GET.get("show", "")
    show = show if show in {value for value, _name, _number in filters} else ""
    images = [image for image in sheet.images if is_shown(image, show)]
    page = Paginator(images, IMAGES_ON_A_PAGE).get_page(request.GET.get("page"))
    used = sheet.articles
    back, back_name = link_to(scope)
    return {
        "title": _title(len(sheet.images), len(used)),
        "sheet": sheet,
        "filters": filters,
        "show": show,
        "page": page,
        "rows": sheet_rows(page),
        "number": len(images),
        "concerns": sum(image.concern is not None for image in images),
        "decorative": sum(image.is_decorative for image in sheet.images),
        "public": articles.published().filter(pk__in=articles.order_by().values("pk")).order_by().count(),
        "may_look": request.user.has_perm("blog.settle_mark"),
        "may_replace": request.user.has_perm("blog.change_image"),
        "scope": scope,
        "longest": LONGEST,
        "back": back,
        "back_name": back_name,
        "page_keys": KEYS,
    }


def _title(images, articles):
    if not images:
        return _("No images")
    first = ngettext("%d image", "%d images", images) % images
    second = ngettext("%d article", "%d articles", articles) % articles
    return _("%(images)s in %(articles)s") % {"images": first, "articles": second}
