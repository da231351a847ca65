from site_config.variables import env

VARIABLES = {"GALLEY_OPEN_SOURCES": "“no” if the pages of sources are never opened by this server"}
OPEN_SOURCES = env.bool("GALLEY_OPEN_SOURCES", True)
