from site_config.variables import secret, weekday

VARIABLES = {
    "GALLEY_DIGEST_DAY": "day of the weekly letters to followers",
    "GALLEY_MAIL_EVENTS_SECRET": "part of the URL to which providers report bounces and complaints",
}
DIGEST_DAY = weekday("GALLEY_DIGEST_DAY", "saturday")
MAIL_EVENTS_SECRET = secret("GALLEY_MAIL_EVENTS_SECRET")
