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
_JQL = re.compile(r'labels = "(?P<label>\S+)"')


class FakeJira(Answering):
    """With the projects that it is given, and one type of issue, Task."""

    def __init__(self, *, cloud: bool = True) -> None:
        super().__init__()
        self.cloud = cloud
        self.projects = {"ML"}
        self.issues: list[Json] = []

    def routes(self, router: web.UrlDispatcher) -> None:
        api = "/rest/api/2"
        router.add_get(f"{api}/serverInfo", self._info)
        router.add_get(f"{api}/field", self._fields)
        router.add_post(f"{api}/issue", self._create)
        router.add_get(f"{api}/issue/{{key}}", self._get)
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
