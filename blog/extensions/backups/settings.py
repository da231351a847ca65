from site_config.variables import bucket, whole_number

VARIABLES = {
    "GALLEY_BACKUP_URL": "bucket for a backup each night, such as s3://KEY:SECRET@s3.example.org/BUCKET",
    "GALLEY_BACKUPS_KEPT": "how many backups to keep there (14)",
}
BACKUP_BUCKET = bucket("GALLEY_BACKUP_URL")
BACKUPS_KEPT = whole_number("GALLEY_BACKUPS_KEPT", 14, 1, 10_000)
