from site_config.variables import https_address, search_key

VARIABLES = {
    "GALLEY_INDEXNOW_KEY": "key with which new articles are announced to search engines (IndexNow)",
    "GALLEY_WEBSUB_HUB": "https:// URL of a WebSub hub that is told about new articles",
}
WEBSUB_HUB = https_address("GALLEY_WEBSUB_HUB")
INDEXNOW_KEY = search_key("GALLEY_INDEXNOW_KEY")
