"""A Jira small enough for a test, as its REST API (version 2) is documented: Jira Cloud, or a server of one's
own. It refuses what Jira refuses, in its words."""

import base64
import re
from typing import Any

from aiohttp import web
from jsonschema import Draft202012Validator

from tests.outside.answering import Answering, Json

USER, TOKEN = "lee@example.com", "jira-token-1"
_NAMED = {"type": "object", "properties": {"id": {"type": "string"}, "key": {"type": "string"}}}
#: What the documentation says of creating an issue, as far as fields are concerned that every project has.
CREATE: Json = {
    "type": "object",
    "required": ["fields"],
    "additionalProperties": False,
    "properties": {
        "update": {"type": "object"},
        "properties": {"type": "array"},
        "fields": {
            "type": "object",
            "required": ["project", "issuetype", "summary"],
            "additionalProperties": False,
            "properties": {
                "project": {**_NAMED, "minProperties": 1},
                "issuetype": {"type": "object", "properties": {"id": {}, "name": {"type": "string"}}},
                "summary": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[^\n\r]*$"},
                "description": {"type": "string", "maxLength": 32767},
                "labels": {"type": "array", "items": {"type": "string", "pattern": r"^\S{1,255}$"}},
            },
        },
    },
}
#: The same of a comment, and of a step of the workflow; ids of steps are taken as text and as a number.
COMMENT: Json = {
    "type": "object",
    "required": ["body"],
    "additionalProperties": False,
    "properties": {
        "body": {"type": "string", "minLength": 1, "maxLength": 32767},
        "visibility": {"type": "object"},
        "properties": {"type": "array"},
    },
}
TRANSITION: Json = {
    "type": "object",
    "required": ["transition"],
    "additionalProperties": False,
    "properties": {
        "transition": {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
        },
        "fields": {"type": "object"},
        "update": {"type": "object"},
    },
}
_JQL = re.compile(r'labels = "(?P<label>\S+)"')


class FakeJira(Answering):
    """With the projects that it is given, and one type of issue, Task."""

    def __init__(self, *, cloud: bool = True) -> None:
        super().__init__()
        self.cloud = cloud
        self.projects = {"ML"}
        self.issues: list[Json] = []
        self.comments: list[Json] = []
        #: The steps of its workflow, from anywhere: by id, the status and its category.
        self.steps = {
            "11": ("To Do", "new"),
            "21": ("In Progress", "indeterminate"),
            "31": ("Done", "done"),
            "41": ("Won't Do", "done"),
        }

    def routes(self, router: web.UrlDispatcher) -> None:
        api = "/rest/api/2"
        router.add_get(f"{api}/serverInfo", self._info)
        router.add_get(f"{api}/field", self._fields)
        router.add_post(f"{api}/issue", self._create)
        router.add_get(f"{api}/issue/{{key}}", self._get)
        router.add_post(f"{api}/issue/{{key}}/comment", self._say)
        router.add_get(f"{api}/issue/{{key}}/comment", self._said)
        router.add_get(f"{api}/issue/{{key}}/transitions", self._steps)
        router.add_post(f"{api}/issue/{{key}}/transitions", self._step)
        router.add_get(f"{api}/search", self._old_search)
        router.add_get(f"{api}/search/jql", self._search)

    def becomes(self, key: str, status: str, category: str) -> None:
        self._issue(key)["fields"]["status"] = _status(status, category)

    def _issue(self, key: str) -> Json:
        return next(issue for issue in self.issues if key in {issue["key"], issue["id"]})

    async def _info(self, request: web.Request) -> web.Response:
        kind = "Cloud" if self.cloud else "Server"
        version = [1001, 0, 0] if self.cloud else [9, 12, 0]
        return web.json_response(
            {"baseUrl": self.url, "version": "9", "versionNumbers": version, "deploymentType": kind}
        )

    async def _fields(self, request: web.Request) -> web.Response:
        return self._stranger(request) or web.json_response(
            [{"id": "status", "name": "Status", "clauseNames": ["status"]}]
        )

    async def _create(self, request: web.Request) -> web.Response:
        if wrong := self._stranger(request):
            return wrong
        asked = await request.json()
        errors = {
            str(error.absolute_path[-1] if error.absolute_path else "fields"): error.message
            for error in Draft202012Validator(CREATE).iter_errors(asked)
        }
        fields = asked.get("fields", {})
        if fields.get("project", {}).get("key") not in self.projects:
            errors["project"] = "valid project is required"
        if fields.get("issuetype", {}).get("name") not in {"Task", None}:
            errors["issuetype"] = "The issue type selected is invalid."
        if errors:
            self.refused += [f"{name}: {said}" for name, said in errors.items()]
            return web.json_response({"errorMessages": [], "errors": errors}, status=400)
        number = len(self.issues) + 1
        issue = {
            "id": str(10000 + number),
            "key": f"{fields['project']['key']}-{number}",
            "self": f"{self.url}/rest/api/2/issue/{10000 + number}",
            "fields": {**fields, "status": _status("To Do", "new")},
        }
        self.issues.append(issue)
        return web.json_response({name: issue[name] for name in ("id", "key", "self")}, status=201)

    async def _get(self, request: web.Request) -> web.Response:
        if wrong := self._stranger(request):
            return wrong
        found = [each for each in self.issues if request.match_info["key"] in {each["key"], each["id"]}]
        if not found:
            said = "Issue does not exist or you do not have permission to see it."
            return web.json_response({"errorMessages": [said], "errors": {}}, status=404)
        return web.json_response(found[0])

    async def _say(self, request: web.Request) -> web.Response:
        if wrong := self._stranger(request) or self._missing(request):
            return wrong
        asked = await request.json()
        if wrong := self._unfit(COMMENT, asked):
            return wrong
        comment = {"id": str(20000 + len(self.comments)), "body": asked["body"]}
        self.comments.append({**comment, "key": request.match_info["key"]})
        return web.json_response(comment, status=201)

    async def _said(self, request: web.Request) -> web.Response:
        if wrong := self._stranger(request) or self._missing(request):
            return wrong
        found = [each for each in reversed(self.comments) if each["key"] == request.match_info["key"]]
        assert request.query["orderBy"] == "-created"
        shown = [{"id": each["id"], "body": each["body"]} for each in found]
        shown = shown[: int(request.query["maxResults"])]
        return web.json_response({"startAt": 0, "total": len(found), "comments": shown})

    async def _steps(self, request: web.Request) -> web.Response:
        if wrong := self._stranger(request) or self._missing(request):
            return wrong
        shown = [
            {"id": id, "name": to, "to": _status(to, category)} for id, (to, category) in self.steps.items()
        ]
        return web.json_response({"expand": "transitions", "transitions": shown})

    async def _step(self, request: web.Request) -> web.Response:
        if wrong := self._stranger(request) or self._missing(request):
            return wrong
        asked = await request.json()
        if wrong := self._unfit(TRANSITION, asked):
            return wrong
        step = str(asked["transition"]["id"])
        if step not in self.steps:
            said = f"It seems that you have tried to perform an illegal workflow operation: {step}"
            return web.json_response({"errorMessages": [said], "errors": {}}, status=400)
        self.becomes(request.match_info["key"], *self.steps[step])
        return web.Response(status=204)

    def _missing(self, request: web.Request) -> web.Response | None:
        if request.match_info["key"] in {each["key"] for each in self.issues}:
            return None
        said = "Issue does not exist or you do not have permission to see it."
        return web.json_response({"errorMessages": [said], "errors": {}}, status=404)

    def _unfit(self, schema: Json, asked: Json) -> web.Response | None:
        wrong = [error.message for error in Draft202012Validator(schema).iter_errors(asked)]
        self.refused += wrong
        return web.json_response({"errorMessages": wrong, "errors": {}}, status=400) if wrong else None

    async def _old_search(self, request: web.Request) -> web.Response:
        if wrong := self._stranger(request):
            return wrong
        if self.cloud:
            said = "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API."
            return web.json_response({"errorMessages": [said], "errors": {}}, status=410)
        found = self._labelled(request)
        return web.json_response({"startAt": 0, "maxResults": 1, "total": len(found), "issues": found})

    async def _search(self, request: web.Request) -> web.Response:
        """Without a list of fields it names only the ids."""
        if wrong := self._stranger(request):
            return wrong
        if not self.cloud:
            return web.json_response({"errorMessages": ["Not Found"]}, status=404)
        ids = [{"id": issue["id"]} for issue in self._labelled(request)]
        return web.json_response({"issues": ids, "isLast": True})

    def _labelled(self, request: web.Request) -> list[Json]:
        jql = _JQL.fullmatch(request.query["jql"])
        assert jql
        return [issue for issue in self.issues if jql["label"] in issue["fields"].get("labels", [])]

    def _stranger(self, request: web.Request) -> web.Response | None:
        pair = base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
        wanted = f"Basic {pair}" if self.cloud else f"Bearer {TOKEN}"
        if request.headers.get("Authorization") == wanted:
            return None
        return web.json_response({"errorMessages": ["Client must be authenticated"]}, status=401)


def _status(name: str, category: str) -> dict[str, Any]:
    return {"name": name, "id": "1", "statusCategory": {"id": 2, "key": category, "name": name}}
