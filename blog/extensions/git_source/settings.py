from blog.extensions.git_source.addresses import repository_in
from site_config.variables import env

VARIABLES = {
    "GALLEY_IMPORT_REPOSITORY": "Git repository whose files are imported: URL#branch:folder",
    "GALLEY_IMPORT_TOKEN": "token for this repository, if its URL begins with https://",
}
IMPORT_REPOSITORY = repository_in("GALLEY_IMPORT_REPOSITORY")
IMPORT_TOKEN = env.str("GALLEY_IMPORT_TOKEN", "")
