"""A GitHub small enough for a test. It takes nothing that GitHub's own published description does not name,
and answers as that says."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from jsonschema import Draft202012Validator

from tests.outside.answering import Answering, Json

PUBLISHED = json.loads(
    (Path(__file__).parents[1] / "data" / "github-issues-openapi.json").read_text(encoding="utf-8")
)
ISSUES = "/repos/{owner}/{repo}/issues"
ISSUE = "/repos/{owner}/{repo}/issues/{issue_number}"
COMMENTS = "/repos/{owner}/{repo}/issues/{issue_number}/comments"
TOKEN = "github_pat_1"
MONDAY = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)


def _draft(schema: Any) -> Any:
    """OpenAPI 3.0 in JSON Schema's own words."""
    if isinstance(schema, list):
        return [_draft(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {
        key: _draft(each) for key, each in schema.items() if key not in {"nullable", "example", "examples"}
    }
    return {"anyOf": [found, {"type": "null"}]} if schema.get("nullable") is True else found


PARTS = {"components": {"schemas": _draft(PUBLISHED["components"]["schemas"])}}


def problems(schema: Json, value: Any) -> list[str]:
    found = Draft202012Validator({**_draft(schema), **PARTS}).iter_errors(value)
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in found]


def _named(parameter: Json) -> Json:
    ref = parameter.get("$ref")
    found: Json = PUBLISHED["components"]["parameters"][ref.rpartition("/")[2]] if ref else parameter
    return found


class FakeGitHub(Answering):
    """One repository, `acme/mlops`; another one, `acme/closed`, takes no issues."""

    def __init__(self) -> None:
        super().__init__()
        self.issues: list[Json] = []
        self.comments: list[Json] = []
        self.now: Callable[[], datetime] = lambda: MONDAY
        #: As long as it is clear, what was created is told to nobody.
        self.holds_back, self.created = asyncio.Event(), asyncio.Event()
        self.holds_back.set()

    def routes(self, router: web.UrlDispatcher) -> None:
        for prefix in ("", "/api/v3"):
            router.add_post(prefix + ISSUES, self._create)
            router.add_get(prefix + ISSUES, self._list)
            router.add_get(prefix + ISSUE, self._get)
            router.add_patch(prefix + ISSUE, self._update)
            router.add_post(prefix + COMMENTS, self._say)
            router.add_get(prefix + COMMENTS, self._said)

    def close(self, number: int, reason: str = "completed") -> None:
        self._issue(number).update(state="closed", state_reason=reason)

    def comment(self, number: int) -> None:
        """Something else about it changes."""
        self._issue(number)["comments"] += 1

    def _issue(self, number: int) -> Json:
        return next(issue for issue in self.issues if issue["number"] == number)

    async def _create(self, request: web.Request) -> web.Response:
        operation = PUBLISHED["paths"][ISSUES]["post"]
        if wrong := self._stranger(request, operation):
            return wrong
        if request.match_info["repo"] == "closed":
            return web.json_response({"message": "Issues has been disabled in this repository."}, status=410)
        asked = await request.json()
        if found := _not_taken(operation, asked):
            return self._refuses(found)
        number = len(self.issues) + 1
        example = PUBLISHED["components"]["examples"]["issue"]["value"]
        issue = {
            **example,
            "number": number,
            "id": number,
            "title": asked["title"],
            "body": asked.get("body"),
            "state": "open",
            "state_reason": None,
            "comments": 0,
            "updated_at": f"{self.now():%Y-%m-%dT%H:%M:%SZ}",
        }
        self.issues.append(issue)
        self.created.set()
        await self.holds_back.wait()
        return self._answers(issue, operation["responses"]["201"], 201)

    async def _list(self, request: web.Request) -> web.Response:
        operation = PUBLISHED["paths"][ISSUES]["get"]
        if wrong := self._stranger(request, operation):
            return wrong
        size, page = int(request.query.get("per_page", 30)), int(request.query.get("page", 1))
        newest = [issue for issue in reversed(self.issues) if issue["updated_at"] >= request.query["since"]]
        shown = newest[(page - 1) * size : page * size]
        answer = self._answers(shown, operation["responses"]["200"], 200)
        if len(newest) > page * size:
            onward = request.url.update_query(page=str(page + 1))
            answer.headers["Link"] = f'<{onward}>; rel="next"'
        return answer

    async def _get(self, request: web.Request) -> web.Response:
        operation = PUBLISHED["paths"][ISSUE]["get"]
        if wrong := self._stranger(request, operation):
            return wrong
        number = int(request.match_info["issue_number"])
        issue = next((issue for issue in self.issues if issue["number"] == number), None)
        if issue is None or request.match_info["repo"] != "mlops":
            return web.json_response({"message": "Not Found"}, status=404)
        etag = f'W/"{number}-{issue["state"]}-{issue["comments"]}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        answer = self._answers(issue, operation["responses"]["200"], 200)
        answer.headers["ETag"] = etag
        return answer

    async def _update(self, request: web.Request) -> web.Response:
        operation = PUBLISHED["paths"][ISSUE]["patch"]
        if wrong := self._stranger(request, operation) or self._missing(request):
            return wrong
        asked = await request.json()
        if found := _not_taken(operation, asked):
            return self._refuses(found)
        issue = self._issue(int(request.match_info["issue_number"]))
        issue.update(asked)
        return self._answers(issue, operation["responses"]["200"], 200)

    async def _say(self, request: web.Request) -> web.Response:
        operation = PUBLISHED["paths"][COMMENTS]["post"]
        if wrong := self._stranger(request, operation) or self._missing(request):
            return wrong
        asked = await request.json()
        if found := _not_taken(operation, asked):
            return self._refuses(found)
        number = int(request.match_info["issue_number"])
        example = PUBLISHED["components"]["examples"]["issue-comment"]["value"]
        at = f"{self.now():%Y-%m-%dT%H:%M:%SZ}"
        comment = {**example, "id": len(self.comments) + 1, "body": asked["body"], "updated_at": at}
        self.comments.append({**comment, "number": number})
        self.comment(number)
        return self._answers(comment, operation["responses"]["201"], 201)

    async def _said(self, request: web.Request) -> web.Response:
        operation = PUBLISHED["paths"][COMMENTS]["get"]
        if wrong := self._stranger(request, operation) or self._missing(request):
            return wrong
        number, since = int(request.match_info["issue_number"]), request.query["since"]
        found = [each for each in self.comments if each["number"] == number and each["updated_at"] >= since]
        shown = [{name: each[name] for name in each if name != "number"} for each in found]
        return self._answers(shown, operation["responses"]["200"], 200)

    def _missing(self, request: web.Request) -> web.Response | None:
        there = {str(issue["number"]) for issue in self.issues}
        if request.match_info["issue_number"] in there and request.match_info["repo"] == "mlops":
            return None
        return web.json_response({"message": "Not Found"}, status=404)

    def _stranger(self, request: web.Request, operation: Json) -> web.Response | None:
        """Whoever GitHub would not let in, and what it does not know."""
        if request.headers.get("Authorization") != f"token {TOKEN}":
            return web.json_response({"message": "Bad credentials"}, status=401)
        if not request.headers.get("User-Agent"):
            return web.json_response({"message": "User-Agent is missing"}, status=403)
        known = {_named(each)["name"]: _named(each) for each in operation["parameters"]}
        for name, value in request.query.items():
            if name not in known or problems(known[name]["schema"], _typed(known[name]["schema"], value)):
                return self._refuses(f"{name}={value}")
        return None

    def _refuses(self, what: str) -> web.Response:
        self.refused.append(what)
        body = {"message": "Validation Failed", "errors": [{"code": "custom", "message": what}]}
        return web.json_response(body, status=422)

    def _answers(self, value: Any, response: Json, status: int) -> web.Response:
        """Only as GitHub would."""
        assert not problems(response["content"]["application/json"]["schema"], value)
        return web.json_response(value, status=status)


def _not_taken(operation: Json, asked: Json) -> str:
    """What is wrong with the body of a request."""
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    unknown = sorted(asked.keys() - schema["properties"].keys())
    found = unknown or problems(schema, asked)
    return f"{found}" if found else ""


def _typed(schema: Json, value: str) -> Any:
    return int(value) if schema.get("type") == "integer" and value.isdigit() else value
