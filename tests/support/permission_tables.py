"""Tables of the permissions of each role in the admin. Those of extensions are in tests/extensions."""

from django.conf import settings

from blog import extension_apps

# The status of GET and POST for each role. "login" is a redirect to the log-in page. A POST has confirmations
# but otherwise no valid form data, so that its status is 200 for roles that may save.
ADDRESSES = """
                                         visitor      staff     Writer    Editor    superuser
index                                    login/login  200/200   200/200   200/200   200/200
account                                  login/login  200/200   200/200   200/200   200/200
appearance                               login/login  403/403   403/403   200/200   200/200
appearance_preview                       login/login  403/405   403/405   200/405   200/405
appearance_style                         login/login  403/405   403/405   200/405   200/405
activity                                 login/login  403/405   200/405   200/405   200/405
activity_file                            login/login  403/405   200/405   200/405   200/405
import                                   login/login  403/403   403/403   200/200   200/200
import_page                              login/login  403/403   403/403   404/404   404/404
import_page, staged                      login/login  403/403   403/403   200/302   200/302
import_part                              login/login  403/403   403/403   404/404   404/404
import_part, staged                      login/login  403/403   403/403   410/410   410/410
import_file                              login/login  403/405   403/405   404/405   404/405
import_file, staged                      login/login  403/405   403/405   200/405   200/405
import_picture                           login/login  403/405   403/405   404/405   404/405
import_picture, staged                   login/login  403/405   403/405   404/405   404/405
import_progress                          login/login  403/405   403/405   200/405   200/405
import_resume                            login/login  405/403   405/403   405/302   405/302
security                                 login/login  200/200   200/200   200/200   200/200
security_set_up                          login/login  302/302   302/302   302/302   302/302
add_passkey                              login/login  405/200   405/200   405/200   405/200
rename_passkey                           login/login  405/200   405/200   405/200   405/200
remove_passkey                           login/login  405/200   405/200   405/200   405/200
security_start_codes                     login/login  405/200   405/200   405/200   405/200
security_remove_codes                    login/login  405/200   405/200   405/200   405/200
security_new_recovery                    login/login  405/200   405/200   405/200   405/200
made_passkey                             login/login  405/200   405/200   405/200   405/200
security_codes                           login/login  302/302   302/302   302/302   302/302
security_recovery                        login/login  302/302   302/302   302/302   302/302
security_recovery_file                   login/login  404/404   404/404   404/404   404/404
security_sign_out                        login/login  405/302   405/302   405/302   405/302
second_step                              login/login  403/403   403/403   403/403   200/200
let_in_account                           login/login  405/403   405/403   405/403   405/200
second_step_login                        302/302      302/302   302/302   302/302   302/302
passkey_login                            405/403      405/403   405/403   405/403   405/403
let_in_waits                             200/200      200/200   200/200   200/200   200/200
let_in                                   404/404      404/404   404/404   404/404   404/404
invitations                              login/login  403/403   403/403   200/200   200/200
resend_invitation                        login/login  405/403   405/403   405/302   405/302
withdraw_invitation                      login/login  405/403   405/403   405/302   405/302
join                                     404/404      404/404   404/404   404/404   404/404
password_reset                           200/200      200/200   200/200   200/200   200/200
password_reset_done                      200/405      200/405   200/405   200/405   200/405
password_reset_confirm                   200/200      200/200   200/200   200/200   200/200
password_reset_complete                  200/405      200/405   200/405   200/405   200/405
jobs                                     login/login  403/405   403/405   200/405   200/405
job_progress                             login/login  403/405   403/405   200/405   200/405
stop_job                                 login/login  405/403   405/403   405/302   405/302
people                                   login/login  403/403   403/403   200/302   200/302
first_steps                              login/login  200/405   200/405   200/405   200/405
continue_reviewing                        login/login  302/302   302/302   302/302   302/302
login                                    200/200      302/200   302/200   302/200   302/200
logout                                   302/302      405/200   405/200   405/200   405/200
password_change                          login/login  302/302   302/302   302/302   302/302
password_change_done                     login/login  200/405   200/405   200/405   200/405
autocomplete                             login/login  403/405   403/405   403/405   403/405
jsi18n                                   login/login  200/405   200/405   200/405   200/405
view_on_site                             404/404      404/404   404/404   404/404   404/404
app_list                                 login/login  404/404   200/200   200/200   200/200
(?P<url>.*)$                             login/login  404/404   404/404   404/404   404/404

blog_article_changelist                  login/login  403/403   200/200   200/200   200/200
blog_article_add                         login/login  403/403   200/200   200/200   200/200
blog_article_rows                        login/login  403/405   200/405   200/405   200/405
blog_article_titles                      login/login  403/405   200/405   200/405   200/405
blog_article_change                      login/login  403/403   200/200   200/200   200/200
blog_article_change, published           login/login  403/403   200/403   200/200   200/200
blog_article_history                     login/login  403/403   200/200   200/200   200/200
blog_article_history, published          login/login  403/403   200/200   200/200   200/200
blog_article_delete                      login/login  403/403   403/403   200/302   200/302
blog_article_delete, published           login/login  403/403   403/403   200/302   200/302
blog_article_revoke_previews             login/login  405/403   405/302   405/302   405/302
blog_article_revoke_previews, published  login/login  405/403   405/403   405/302   405/302
blog_article_schedule                    login/login  403/403   403/403   302/302   302/302
blog_article_undo                        login/login  403/403   403/403   200/302   200/302
blog_article_bulk_fix                    login/login  405/403   405/403   405/404   405/404
blog_article_keep_duplicates             login/login  405/403   405/403   405/302   405/302
blog_article_describe                    login/login  403/403   403/403   404/404   404/404
blog_article_preview                     login/login  405/403   405/200   405/200   405/200
blog_article_preview, published          login/login  405/403   405/403   405/200   405/200
blog_article_preview_new                 login/login  405/403   405/200   405/200   405/200
blog_article_presence                    login/login  405/403   405/200   405/200   405/200
blog_article_presence, published         login/login  405/403   405/403   405/200   405/200
blog_article_corrections                 login/login  403/403   403/403   200/200   200/200
blog_article_assign                      login/login  405/403   405/403   405/302   405/302
blog_article_notes                       login/login  403/403   200/302   200/302   200/302
blog_article_notes, published            login/login  403/403   200/302   200/302   200/302
blog_article_proof                       login/login  403/405   200/405   200/405   200/405
blog_article_proof, published            login/login  403/405   200/405   200/405   200/405
blog_article_resolve                     login/login  405/403   405/403   405/302   405/302
blog_article_resolve, trashed            login/login  405/403   405/403   405/403   405/403
blog_article_difference                  login/login  405/403   405/403   405/200   405/200
blog_article_alike                       login/login  403/405   200/405   200/405   200/405
blog_article_approve                     login/login  405/403   405/403   405/302   405/302
blog_article_approve, published          login/login  405/403   405/403   405/302   405/302
blog_article_withdraw                    login/login  405/403   405/403   405/302   405/302
blog_article_withdraw, published         login/login  405/403   405/403   405/302   405/302
blog_article_approve, trashed            login/login  405/403   405/403   405/403   405/403
blog_article_publish_from_proof          login/login  405/403   405/403   405/302   405/302
blog_article_trash_from_proof            login/login  405/403   405/403   405/302   405/302
blog_article_trash_from_proof, trashed   login/login  405/403   405/403   405/403   405/403
blog_article_restore_version             login/login  405/403   405/302   405/302   405/302
blog_article_restore_version, published  login/login  405/403   405/403   405/302   405/302
blog_article_restore_version, trashed    login/login  405/403   405/403   405/403   405/403
blog_article_restore                     login/login  404/404   404/404   404/404   404/404
blog_article_restore, trashed            login/login  403/403   403/403   200/302   200/302
blog_article_submit                      login/login  403/403   200/302   200/302   200/302
blog_article_submit, submitted           login/login  403/403   302/302   302/302   302/302
blog_article_submit, published           login/login  403/403   403/403   302/302   302/302
blog_article_submit, trashed             login/login  403/403   403/403   403/403   403/403
blog_article_return                      login/login  403/403   403/403   302/302   302/302
blog_article_return, submitted           login/login  403/403   403/403   200/200   200/200
blog_article_return, published           login/login  403/403   403/403   302/302   302/302
blog/article/<path:object_id>/           login/login  302/302   302/302   302/302   302/302

blog_category_changelist                 login/login  403/403   200/200   200/200   200/200
blog_category_add                        login/login  403/403   200/200   200/200   200/200
blog_category_change                     login/login  403/403   200/403   200/200   200/200
blog_category_history                    login/login  403/403   200/200   200/200   200/200
blog_category_delete                     login/login  403/403   403/403   200/302   200/302
blog_category_merge                      login/login  403/405   403/405   200/405   200/405
blog/category/<path:object_id>/          login/login  302/302   302/302   302/302   302/302

blog_author_changelist                   login/login  403/403   200/200   200/200   200/200
blog_author_add                          login/login  403/403   200/200   200/200   200/200
blog_author_change                       login/login  403/403   200/403   200/200   200/200
blog_author_history                      login/login  403/403   200/200   200/200   200/200
blog_author_delete                       login/login  403/403   403/403   200/302   200/302
blog/author/<path:object_id>/            login/login  302/302   302/302   302/302   302/302

blog_series_changelist                   login/login  403/403   200/200   200/200   200/200
blog_series_add                          login/login  403/403   200/200   200/200   200/200
blog_series_change                       login/login  403/403   200/403   200/200   200/200
blog_series_history                      login/login  403/403   200/200   200/200   200/200
blog_series_delete                       login/login  403/403   403/403   200/302   200/302
blog/series/<path:object_id>/            login/login  302/302   302/302   302/302   302/302

blog_image_elsewhere                     login/login  403/403   200/403   200/302   200/302
blog_image_replace                       login/login  403/403   200/200   200/200   200/200
blog_image_replace, published            login/login  403/403   403/403   200/200   200/200
blog_image_library                       login/login  403/405   200/405   200/405   200/405
blog_image_changelist                    login/login  403/403   200/200   200/200   200/200
blog_image_add                           login/login  403/403   200/200   200/200   200/200
blog_image_change                        login/login  403/403   200/200   200/200   200/200
blog_image_change, published             login/login  403/403   200/403   200/200   200/200
blog_image_history                       login/login  403/403   200/200   200/200   200/200
blog_image_delete                        login/login  403/403   403/403   200/302   200/302
blog_image_delete, published             login/login  403/403   403/403   200/200   200/200
blog/image/<path:object_id>/             login/login  302/302   302/302   302/302   302/302

blog_redirect_changelist                 login/login  403/403   403/403   200/200   200/200
blog_redirect_add                        login/login  403/403   403/403   200/200   200/200
blog_redirect_change                     login/login  403/403   403/403   200/200   200/200
blog_redirect_history                    login/login  403/403   403/403   200/200   200/200
blog_redirect_delete                     login/login  403/403   403/403   200/302   200/302
blog_redirect_import                     login/login  403/403   403/403   200/200   200/200
blog/redirect/<path:object_id>/          login/login  302/302   302/302   302/302   302/302

blog_siteidentity_changelist             login/login  403/403   403/403   302/302   302/302
blog_siteidentity_add                    login/login  403/403   403/403   403/403   403/403
blog_siteidentity_change                 login/login  403/403   403/403   200/200   200/200
blog_siteidentity_history                login/login  403/403   403/403   200/200   200/200
blog_siteidentity_delete                 login/login  403/403   403/403   403/403   403/403
blog/siteidentity/<path:object_id>/      login/login  302/302   302/302   302/302   302/302

blog_page_changelist                     login/login  403/403   403/403   200/200   200/200
blog_page_add                            login/login  403/403   403/403   200/200   200/200
blog_page_change                         login/login  403/403   403/403   200/200   200/200
blog_page_history                        login/login  403/403   403/403   200/200   200/200
blog_page_delete                         login/login  403/403   403/403   200/302   200/302
blog/page/<path:object_id>/              login/login  302/302   302/302   302/302   302/302

blog_importrun_changelist              login/login  403/403   403/403   200/200   200/200
blog_importrun_add                     login/login  403/403   403/403   403/403   403/403
blog_importrun_change                  login/login  403/403   403/403   200/403   200/403
blog_importrun_history                 login/login  403/403   403/403   200/200   200/200
blog_importrun_delete                  login/login  403/403   403/403   403/403   403/403
blog_importrun_undo                    login/login  403/403   403/403   200/302   200/302
blog_importrun_restore                 login/login  403/403   403/403   302/302   302/302
blog_importrun_gaps                    login/login  403/405   403/405   200/405   200/405
blog_importrun_report                  login/login  403/405   403/405   200/405   200/405
blog_importrun_table                   login/login  403/405   403/405   200/405   200/405
blog/importrun/<path:object_id>/         login/login  302/302   302/302   302/302   302/302

blog_heldupdate_changelist               login/login  403/403   403/403   200/200   200/200
blog_heldupdate_add                      login/login  403/403   403/403   403/403   403/403
blog_heldupdate_change                   login/login  403/403   403/403   200/200   200/200
blog_heldupdate_history                  login/login  403/403   403/403   200/200   200/200
blog_heldupdate_delete                   login/login  403/403   403/403   403/403   403/403
blog/heldupdate/<path:object_id>/        login/login  302/302   302/302   302/302   302/302

auth_user_changelist                     login/login  403/403   403/403   403/403   200/200
auth_user_add                            login/login  403/403   403/403   403/403   200/200
auth_user_change                         login/login  403/403   403/403   403/403   200/200
auth_user_password_change                login/login  403/403   403/403   403/403   200/200
auth_user_history                        login/login  403/403   403/403   403/403   200/200
auth_user_delete                         login/login  403/403   403/403   403/403   200/302
auth/user/<path:object_id>/              login/login  302/302   302/302   302/302   302/302

auth_group_changelist                    login/login  403/403   403/403   403/403   200/200
auth_group_add                           login/login  403/403   403/403   403/403   200/200
auth_group_change                        login/login  403/403   403/403   403/403   200/200
auth_group_history                       login/login  403/403   403/403   403/403   200/200
auth_group_delete                        login/login  403/403   403/403   403/403   200/302
auth/group/<path:object_id>/             login/login  302/302   302/302   302/302   302/302
"""

# Whether an action has an effect on a row.
ACTIONS = """
                           visitor  staff  Writer  Editor  superuser
article publish            no       no     no      yes     yes
article schedule           no       no     no      no      no
article unpublish          no       no     no      yes     yes
article feature            no       no     no      yes     yes
article unfeature          no       no     no      yes     yes
article trend              no       no     no      yes     yes
article untrend            no       no     no      yes     yes
article assign             no       no     no      no      no
article attribute          no       no     no      yes     yes
article move_to_trash      no       no     no      yes     yes
article restore            no       no     no      yes     yes
article delete_selected    no       no     no      yes     yes
category merge             no       no     no      yes     yes
category delete_selected   no       no     no      yes     yes
series delete_selected     no       no     no      yes     yes
author delete_selected     no       no     no      yes     yes
image delete_selected      no       no     no      yes     yes
redirect delete_selected   no       no     no      yes     yes
page delete_selected       no       no     no      yes     yes
redirect export            no       no     no      no      no
user delete_selected       no       no     no      no      yes
group delete_selected      no       no     no      no      yes
"""

# The status of Galley's own views, and of autocomplete.
ENDPOINTS = """
                            visitor  staff  Writer  Editor  superuser
preview of a text           403      403    200     200     200
upload of a picture         403      403    200     200     200
preview link                200      200    200     200     200
find a primary category     login    403    200     200     200
find a hero image           login    403    200     200     200
find an author              login    403    200     200     200
find a redirect's article   login    403    200     200     200
find an author's user       login    403    403     403     200
find a footer link's page   login    403    403     200     200
"""

# Whether the role may set or change the provenance of an article.
PROVENANCE = """
                                       visitor  staff  Writer  Editor  superuser
typing a new article                   no       no     yes     yes     yes
in a new article                       no       no     no      yes     yes
in an imported one                     no       no     no      yes     yes
in a published one                     no       no     no      yes     yes
in one that is unpublished again       no       no     no      yes     yes
"""

# Whether the role may change an image and replace its file, by the rows that show it.
IMAGES = """
                                          visitor  staff  Writer  Editor  superuser
nothing                                   no       no     yes     yes     yes
a new article, as hero                    no       no     yes     yes     yes
a new article, in its text                no       no     yes     yes     yes
a published article, as hero              no       no     no      yes     yes
a published article, in its text          no       no     no      yes     yes
a published article, by a whole address   no       no     no      yes     yes
a scheduled article, in its text          no       no     no      yes     yes
an imported article, in its text          no       no     no      yes     yes
a page                                    no       no     no      yes     yes
a page that is a draft                    no       no     no      yes     yes
an author                                 no       no     no      yes     yes
the site, as its logo                     no       no     no      yes     yes
"""

# Whether a request with a note submits a new article, or returns a submitted article.
SUBMISSIONS = """
                       visitor  staff  Writer  Editor  superuser
submit                 no       no     yes     yes     yes
return                 no       no     no      yes     yes
"""

# Whether the role sees an entry in the activity log: on its screen, in its file and on the dashboard. All
# users who may view an article see its imports in its log.
ACTIVITY = """
                                   visitor  staff  Writer  Editor  superuser
a new article                      no       no     yes     yes     yes
a published article                no       no     yes     yes     yes
an article in the trash            no       no     yes     yes     yes
an article that is gone            no       no     no      yes     yes
a category                         no       no     no      yes     yes
a redirect                         no       no     no      yes     yes
a user                             no       no     no      no      yes
an import                          no       no     no      yes     yes
an import, of its article          no       no     yes     yes     yes
"""

# An extension adds rows in tests/extensions/NAME/permissions.py.
OF_EXTENSIONS = [
    module
    for app in settings.EXTENSIONS
    if (module := extension_apps.module_of(app.replace("blog.", "tests.", 1), "permissions"))
]
ADDRESSES += "".join(module.ADDRESSES for module in OF_EXTENSIONS)
ACTIONS += "".join(module.ACTIONS for module in OF_EXTENSIONS)
