"""The documented operations that the reference serves by a table: endpoint to methods.

It is written from the documentation and shares nothing with `spec`, so that the two can disagree.
"""

from __future__ import annotations

_VERBS = {"GET": "get", "POST": "add", "PUT": "update", "DELETE": "delete"}

_KINTONE = {
    "app/acl": "GET PUT",
    "app/actions": "GET",
    "app/adminNotes": "GET",
    "app/customize": "GET",
    "app/form/layout": "GET",
    "app/notifications/general": "GET",
    "app/notifications/perRecord": "GET",
    "app/notifications/reminder": "GET",
    "app/plugins": "GET",
    "app/reports": "GET",
    "app/settings": "GET",
    "app/status": "GET",
    "app/views": "GET",
    "apps/statistics": "GET",
    "field/acl": "GET PUT",
    "form": "GET",
    "guests": "DELETE",
    "plugin": "POST DELETE PUT",
    "plugin/apps": "GET",
    "plugins/required": "GET",
    "preview/app/acl": "GET PUT",
    "preview/app/actions": "GET PUT",
    "preview/app": "POST",
    "preview/app/adminNotes": "GET PUT",
    "preview/app/customize": "GET PUT",
    "preview/app/deploy": "GET",
    "preview/app/form/fields": "POST DELETE PUT",
    "preview/app/form/layout": "GET PUT",
    "preview/app/notifications/general": "GET PUT",
    "preview/app/notifications/perRecord": "GET PUT",
    "preview/app/notifications/reminder": "GET PUT",
    "preview/app/plugins": "POST GET",
    "preview/app/reports": "GET PUT",
    "preview/app/settings": "GET PUT",
    "preview/app/status": "GET PUT",
    "preview/app/views": "GET PUT",
    "preview/field/acl": "GET PUT",
    "preview/form": "GET",
    "preview/record/acl": "GET PUT",
    "record/acl": "GET PUT",
    "record/async/token": "POST",
    "record/comment": "POST DELETE",
    "record/comments": "GET",
    "records/acl/evaluate": "GET",
    "space/body": "PUT",
    "space": "DELETE PUT",
    "space/members": "GET PUT",
    "space/thread": "POST PUT",
    "space/thread/comment": "POST",
    "spaces/statistics": "GET",
}
_USER_API = {
    "csv/group": "POST",
    "csv/organization": "POST",
    "csv/result": "GET",
    "csv/title": "POST",
    "csv/user": "POST",
    "csv/userGroups": "POST",
    "csv/userOrganizations": "POST",
    "csv/userServices": "POST",
    "file": "POST",
    "group/users": "GET PUT",
    "groups": "POST DELETE GET PUT",
    "groups/codes": "PUT",
    "organization/users": "GET",
    "organizations": "POST DELETE GET PUT",
    "organizations/codes": "PUT",
    "user/groups": "GET PUT",
    "user/organizations": "GET",
    "userOrganizations": "PUT",
    "users": "POST DELETE PUT",
    "users/codes": "PUT",
    "users/services": "GET PUT",
}
_CSV = ("group", "organization", "title", "user", "userGroups", "userOrganizations", "userServices")

OPERATIONS = {
    **{
        f"{end.replace('/', '.')}.{_VERBS[method]}": (method, end)
        for end, methods in _KINTONE.items()
        for method in methods.split()
    },
    **{
        f"user.{end.replace('/', '.')}.{_VERBS[method]}": (method, f"/v1/{end}.json")
        for end, methods in _USER_API.items()
        for method in methods.split()
    },
    **{f"user.csv.{name}.get": ("GET", f"/v1/csv/{name}.csv") for name in _CSV},
    "apis.schema.get": ("GET", "apis/{apiId}"),
    "app.move": ("POST", "app/move"),
    "oauth.authorization.get": ("GET", "/oauth2/authorization"),
    "preview.app.deploy": ("POST", "preview/app/deploy"),
    "search": ("POST", "search"),
}
