"""The description of the API for programs, and the same as a page for people."""

from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from blog.extensions.api import openapi
from blog.extensions.api.problems import Problem
from blog.site.addresses import absolute


@require_safe
def schema(request):
    return JsonResponse(openapi.document())


@require_safe
def people(request):
    described = openapi.document()
    operations = [
        {"method": method.upper(), "url": f"/api/v1{path}", **operation}
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
    context = {"operations": operations, "host": absolute("/").rstrip("/"), "problems": openapi.PROBLEMS}
    return render(request, "api/people.html", context | {"mark": openapi.SCHEMAS["Mark"]["properties"]})


def not_found(request, token, rest):
    raise Problem(404, "There is no such URL. /api/v1/ lists all of them.")
