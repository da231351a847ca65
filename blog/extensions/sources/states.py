"""Tell what happened to a page: whether it was opened, moved, is gone, an error page, closed or no text."""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from blog.extensions.sources.pages import Page

_ERROR = re.compile(
    r"\b404\b|\b(?:page|article|document|file|content|story|site|post|url)\b.{0,30}\b(?:not found"
    r"|(?:no longer|not) (?:available|exists?)"
    r"|does(?:n[’']t| not) exist|(?:has|have) been (?:removed|deleted)|missing)|\b(?:not found"
    r"|error)\s*$|^(?:not found|error|oops|410)\b|\b(?:no|0|zero) (?:search )?results\b"
    r"|\b(?:this|the|that) (?:page|article|document|file|content|story|post|link|url|site)\b.{0,40}"
    r"\b(?:is|was|be|been)\s(?:removed|deleted|moved or deleted|taken down|lost|broken|archived"
    r"|(?:currently )?unavailable|(?:no longer|not) (?:here|there|on (?:this|our) (?:web)?site))"
    r"|^(?:article|page|content) unavailable$|\bnothing (?:to see )?here\b"
    r"|(?:could ?n[o’']t|cannot|can[’']t|unable to|could not) (?:find|locate)\b.{0,40}\b(?:page|article"
    r"|document|looking)"
    r"|(?:page|article|document|content) (?:you (?:asked|requested|are looking"
    r"|were looking)).{0,60}(?:not|no longer|moved|deleted|removed|n[’']t|gone)"
    r"|seite\b.{0,40}\b(?:nicht (?:gefunden|verfügbar|gefunden werden|mehr)|existiert nicht)|nicht gefunden"
    r"|page\b.{0,30}\b(?:introuvable|n[’']existe (?:pas|plus)|non trouvée)|(?:página"
    r"|contenido)\b.{0,30}\b(?:no (?:encontrada|existe|disponible))"
    r"|no (?:se )?(?:ha podido|pudimos|hemos podido|encontramos)\b.{0,40}\bpágina"
    r"|ページ.{0,15}(?:見つかりません|存在しません|ありません)",
    re.IGNORECASE,
)
_PARKED = re.compile(
    r"\b(?:domain(?: name)?\b.{0,60}\b(?:(?:is|may be) for sale|has expired"
    r"|(?:is|has been) (?:parked|registered|suspended))|buy this domain|domain steht zum verkauf"
    r"|domain for sale|premium domain"
    r"|account (?:has been )?suspended|welcome to nginx|apache2? .{0,20}default page|it works!$"
    r"|index of /|domaine .{0,40}à vendre|dominio .{0,40}en venta|under construction)",
    re.IGNORECASE,
)
_WALL = re.compile(
    r"\b(?:subscribe|sign in|log ?in|register)\b.{0,40}\b(?:to (?:read|continue|view|access|see)"
    r"|full (?:story|article))"
    r"|\bto (?:read|continue|view|access|see)\b.{0,60}\b(?:subscribe|sign in|log ?in|register|subscription)"
    r"|\balready a (?:subscriber|member)|\bsubscribers? only|\b(?:members|subscribers)[- ]only"
    r"|for subscribers\b"
    r"|jetzt (?:abonnieren|weiterlesen|anmelden)|\b(?:nur für|mit) abonnent|weiterlesen mit"
    r"|bereits abonnent"
    r"|réservé aux abonnés|abonnez-vous|déjà abonné|solo para suscriptores|suscríbete para"
    r"|ya eres suscriptor"
    r"|会員限定|ログインして|enable javascript|javascript (?:is )?(?:required|disabled)|javascript aktivieren"
    r"|activer javascript"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human|are you a robot"
    r"|(?:checking|review)\b.{0,30}\b(?:your browser|connection)"
    r"|(?:last|all your|of your) (?:\w+ )?free (?:article|stor)"
    r"|continue reading\b.{0,12}$|reading for free"
    r"|(?:reached|used)\b.{0,30}\blimit of (?:\w+ )?free|nur (?:mit|für)\b.{0,20}\babo(?:nnent\w*)?\b"
    r"|réservée? aux abonnés|(?:exclusiv\w+|solo) para suscriptores|有料会員"
    r"|(?:turn on|needs?|support) javascript"
    r"|\b(?:reserved|exclusive(?:ly)?|only) (?:for|to) (?:our |paying )?(?:members|subscribers)",
    re.IGNORECASE,
)
# What short pages of text may say, too, at their end.
_DOOR = re.compile(
    r"(?:become|be) a member|free account|(?:need|must have) an account|forgot(?:ten)? (?:your )?password"
    r"|passwort vergessen|mot de passe oublié|olvidado (?:la|su|tu) contraseña"
    r"|(?:accept|agree|consent)\b.{0,30}\b(?:to|and) continue|before you continue|continue to the site"
    r"|access denied|permission to (?:view|access|see)|enable (?:\w+ )?cookies|security check"
    r"|please wait|^loading\b"
    r"|avant de continuer|bevor sie (?:fortfahren|zu\b.{0,40}\bweitergehen)|antes de continuar"
    r"|(?:akzeptieren|zustimmen) und (?:weiter|fortfahren)|weiter mit werbung"
    r"|accepter et (?:continuer|fermer)|continuer sans accepter|aceptar y continuar",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?:\w+\W+){4,}\w+\W*[.!?]|[。！？]")
SHORT, VERY_SHORT = 2500, 1000  # characters
_HOME = re.compile(r"/(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:index\.\w+|home)?/?$", re.IGNORECASE)
_ERROR_ADDRESS = re.compile(
    r"/(?:404|not-?found|search|error|page-?not-?found|fehler|errors?/\w+)(?:[./?]|$)", re.IGNORECASE
)


_DOOR_ADDRESS = re.compile(r"/(?:log-?in|sign-?in|subscribe|paywall|register)(?:[./?]|$)", re.IGNORECASE)


def failed_state(status: int | None, error: str | None) -> str | None:
    """Return the state of a page that was not served, or None."""
    if error or status is None or status >= 500 or status in (408, 425, 429):
        return "unreachable"
    if status in (401, 402, 403, 407, 451):
        return "paywall_or_script"
    return "gone" if status >= 400 else None


def page_state(page: "Page | None", url: str, final_url: str, redirects: list[dict]) -> str:
    """Return the state of a page that was served."""
    if page is None:
        return "not_text"
    length = sum(len(block.text) for block in page.blocks)
    top = [text for text in (page.title, *(block.text for block in page.blocks[:4])) if len(text) < 300]
    if _DOOR_ADDRESS.search(urlsplit(final_url).path) and not _DOOR_ADDRESS.search(urlsplit(url).path):
        return "paywall_or_script"
    if _leads_home(url, final_url) or (length < SHORT and _is_error(top, length)):
        return "soft_404"
    if length < SHORT and (page.is_closed or _is_door(page, length)):
        return "paywall_or_script"
    is_permanent = any(step.get("status") in (301, 308) for step in redirects)
    return "moved" if is_permanent else "ok"


def _is_error(texts, length):
    """Whether a short page says that it is one of an error. A longer one may be about such pages."""
    if length < VERY_SHORT:
        return any(_ERROR.search(text) or _PARKED.search(text) for text in texts)
    found = ((text, _ERROR.search(text)) for text in texts)
    return any(match and 2 * len(match[0]) > len(text) for text, match in found)


def _is_door(page, length):
    """Whether a short page asks for an account or a consent, or has no sentence, as before a script runs."""
    texts = [page.title, *(block.text for block in page.blocks)]
    if any(map(_WALL.search, texts)):
        return True
    return length < VERY_SHORT and (
        any(map(_DOOR.search, texts)) or (length < 120 and not any(map(_SENTENCE.search, texts)))
    )


def _leads_home(url, final_url):
    asked, given = urlsplit(url), urlsplit(final_url or url)
    if _ERROR_ADDRESS.search(given.path) and not _ERROR_ADDRESS.search(asked.path):
        return True
    return bool(_HOME.fullmatch(given.path or "/")) and not _HOME.fullmatch(asked.path or "/")
