"""Following by e-mail: the form, consent, a follower's own pages, and reports of bounces.

The form is a public page, the same for everybody. All other responses depend on a secret in the URL and are
never cached. No page uses cookies, so POST requests need no CSRF token: a request from another site can do
only what anybody can do, or needs the key of the follower. GET changes nothing, since mail scanners follow
links.
"""

import json
from functools import wraps

from django import forms
from django.conf import settings
from django.core import signing
from django.core.validators import EmailValidator
from django.http import Http404, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blog.articles.models import Article
from blog.extensions.followers.followers import (
    ADDRESS_LENGTH,
    Follower,
    Frequency,
    addresses_to_delete,
    end_consent_links,
    read_consent,
)
from blog.extensions.followers.letters import consent_message
from blog.mail.limits import PERIOD, RequestCount, client_address
from blog.mail.messages import mail_is_configured, queue_messages, requires_mail
from blog.reader import page_head
from blog.reader.views import pages
from blog.site.identity import site_identity

# Letters per PERIOD. A stranger can have letters sent to other people's addresses.
ADDRESS_LIMIT, NETWORK_LIMIT, SITE_LIMIT = 3, 20, 500
TOO_MANY = 429
MAX_EVENTS = 5000  # per request; SendGrid, which sends most at once, sends at most 768 KB


class FollowForm(forms.Form):
    """The form of /follow/ and of articles. website is a trap for programs: people do not see the field."""

    address = forms.CharField(
        max_length=ADDRESS_LENGTH,
        validators=[EmailValidator(gettext_lazy("Enter a whole address, such as name@example.org."))],
        error_messages={"required": gettext_lazy("Enter your e-mail address.")},
    )
    frequency = forms.ChoiceField(choices=Frequency, initial=Frequency.EACH)
    website = forms.CharField(required=False)

    def clean_address(self):
        name, _at, host = self.cleaned_data["address"].rpartition("@")
        if not name.isascii():  # the mail server would have to support SMTPUTF8
            raise forms.ValidationError(_("Letters cannot be sent to this address. Enter another one."))
        return f"{name}@{host.lower()}"


def private(view):
    """Forbid caching, indexing and referrers of responses that depend on a secret in the URL."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return csrf_exempt(requires_mail(answer))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request):
    """Show the form, or send the letter with the link to confirm the address."""
    if not mail_is_configured():
        return pages.page_detail(request, "follow")  # a page may have this slug
    if request.method != "POST":
        return _form(request, FollowForm())
    form = FollowForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=400)
    if not form.cleaned_data["website"]:
        if not _may_request(request, form.cleaned_data["address"]):
            form.add_error(None, _("Too many letters were requested. Try again in an hour."))
            return _form(request, form, status=TOO_MANY)
        queue_messages([consent_message(form.cleaned_data["address"], form.cleaned_data["frequency"])])
    response = redirect("blog:followers:follow_sent")
    response.status_code = 303
    response["Cache-Control"] = "no-store"
    return response


def _may_request(request, address) -> bool:
    """Whether a request is within all limits. Counts it for each limit until one is exceeded.

    So a stranger who exceeds the limit of a network does not use up that of the site.
    """
    counted = (
        ("network", client_address(request) or "", NETWORK_LIMIT),
        ("address", address.lower(), ADDRESS_LIMIT),
        ("site", "", SITE_LIMIT),
    )
    return all(RequestCount.objects.count_request(kind, value) <= limit for kind, value, limit in counted)


def _form(request, form, status=200):
    title = _("Follow %(site)s") % {"site": site_identity().name}
    description = _("Get the new articles of %(site)s by e-mail, each as it appears or once a week.") % {
        "site": site_identity().name
    }
    meta = page_head.page_metadata(title, reverse("blog:followers:follow"), description=description)
    response = render(request, "followers/follow.html", {"form": form, "meta": meta}, status=status)
    if status != 200:
        response["Cache-Control"] = "no-store"
    if status == TOO_MANY:
        response["Retry-After"] = str(int(PERIOD.total_seconds()))
    return response


@requires_mail
@require_safe
def follow_sent(request):
    """Show the same answer to everybody, even if the address already follows."""
    return _answer(
        request,
        _("Look for our letter"),
        _("It contains a link. You follow %(site)s once you have opened it and confirmed there.")
        % {"site": site_identity().name},
        _("No letter after some minutes? Look in the folder for spam, or check the address and try again."),
    )


@private
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request, token):
    """Ask whether somebody wants to follow. POST stores the address."""
    try:
        address, frequency = read_consent(token)
    except signing.BadSignature:
        return _answer(
            request,
            _("This link is not valid"),
            _("It may be incomplete or too old, or the letters were stopped after it was sent."),
            _("Enter your address again to get a new one."),
            link=(reverse("blog:followers:follow"), _("Follow by e-mail")),
            status=404,
        )
    if request.method == "POST":
        follower = Follower.objects.follow(address, frequency)
        return redirect("blog:followers:follower", follower.key)
    if frequency == Frequency.WEEKLY:
        question = _("Do you want to have the new articles sent to %(address)s once a week?")
    else:
        question = _("Do you want to have each new article sent to %(address)s?")
    return _answer(
        request,
        _("Follow %(site)s?") % {"site": site_identity().name},
        question % {"address": address},
        buttons=[("", "", _("Yes, send them"))],
        note=_(
            "If you did not ask for this, close this page. Nothing is sent, and your address is not stored."
        ),
    )


@private
@require_http_methods(["GET", "HEAD", "POST"])
def follower(request, key):
    """Show a follower what is stored, and change how often letters come."""
    row = Follower.objects.filter(key=key).first()
    if row is None:
        return _unknown(request)
    if request.method == "POST":
        if request.POST.get("frequency") in Frequency.values:
            Follower.objects.filter(pk=row.pk).update(frequency=request.POST["frequency"])
        return redirect("blog:followers:follower", key)
    if row.frequency == Frequency.WEEKLY:
        letters = _("The new articles of each week are sent to %(address)s.")
        button = ("frequency", Frequency.EACH, _("Each article instead"))
    else:
        letters = _("Each new article is sent to %(address)s soon after it appears.")
        button = ("frequency", Frequency.WEEKLY, _("Once a week instead"))
    return _answer(
        request,
        _("You follow %(site)s") % {"site": site_identity().name},
        letters % {"address": row.address},
        buttons=[button],
        latest=Article.objects.published().newest_first().first(),
        follower=row,
    )


@private
@require_http_methods(["GET", "HEAD", "POST"])
def follower_stop(request, key):
    """Ask whether the letters should stop. POST deletes the follower, also by one click (RFC 8058)."""
    row = Follower.objects.filter(key=key).first()
    if request.method == "POST":
        Follower.objects.filter(key=key).delete()
        return _answer(
            request,
            _("The letters have stopped"),
            _("We have deleted your address. No more articles of %(site)s are sent to it.")
            % {"site": site_identity().name},
        )
    if row is None:
        return _unknown(request)
    return _answer(
        request,
        _("Stop the letters?"),
        _("%(address)s will get no more articles of %(site)s, and we delete the address.")
        % {"address": row.address, "site": site_identity().name},
        buttons=[("", "", _("Stop them"))],
        link=(reverse("blog:followers:follower", args=[key]), _("Change how often they come instead")),
    )


@private
@require_safe
def follower_data(request, key):
    """Return all that is stored about a follower, as a file."""
    row = Follower.objects.filter(key=key).first()
    if row is None:
        raise Http404
    data = {
        "site": settings.SITE_URL,
        "address": row.address,
        "letters": row.frequency,
        "confirmed_at": row.confirmed_at.isoformat(),
        "refused_letters": row.refusals,
        "exported_at": timezone.now().isoformat(),
    }
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
    return JsonResponse(data, headers=headers, json_dumps_params={"indent": 2, "ensure_ascii": False})


@private
@require_POST
def mail_events(request, secret):
    """Accept a report of bounces and complaints from the mail server or a provider."""
    if not (settings.MAIL_EVENTS_SECRET and constant_time_compare(secret, settings.MAIL_EVENTS_SECRET)):
        raise Http404
    try:
        report = json.loads(request.body)
    except (ValueError, RecursionError):
        return HttpResponseBadRequest("Not JSON.\n", content_type="text/plain")
    if isinstance(report, list) and len(report) > MAX_EVENTS:
        text = f"More than {MAX_EVENTS} events: nothing was done. Send fewer in a request.\n"
        return HttpResponse(text, status=413, content_type="text/plain")
    addresses = addresses_to_delete(report)
    end_consent_links(addresses)  # also of those who have not confirmed their address
    Follower.objects.at(*addresses).delete()
    return HttpResponse(status=204)


def _unknown(request):
    return _answer(
        request,
        _("Nothing is sent to you"),
        _("This link belongs to an address that no longer follows %(site)s.")
        % {"site": site_identity().name},
        link=(reverse("blog:followers:follow"), _("Follow by e-mail")),
        status=404,
    )


def _answer(request, title, *paragraphs, buttons=(), note="", status=200, **context):
    """Return a page with a heading, paragraphs, and buttons (name, value, label) that send a POST here."""
    context |= {"title": title, "paragraphs": paragraphs, "buttons": buttons, "note": note}
    context["meta"] = page_head.Metadata(title, "", is_indexed=False)
    return render(request, "followers/answer.html", context, status=status)
