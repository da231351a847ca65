from blog.files import modes
from site_config.variables import ensure_folder, env

VARIABLES = {
    "GALLEY_EXPORT_DIR": "folder of a Git repository that follows the published articles",
    "GALLEY_EXPORT_EMAILS": "whether commits there have the mail addresses of editors",
}
EXPORT_DIR = ensure_folder("GALLEY_EXPORT_DIR", mode=modes.PRIVATE_FOLDER)
EXPORT_EMAILS = env.bool("GALLEY_EXPORT_EMAILS", False)
