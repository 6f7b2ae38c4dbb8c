"""A small real ASGI application for gates, and the settings of a repository that has it."""

from __future__ import annotations

APP = """from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

app = FastAPI()
LIMIT = 8
SEEN = {}


class Thing(BaseModel):
    name: str
    size: int


@app.middleware("http")
async def limited(request: Request, call_next):
    if request.url.path == "/openapi.json":
        return await call_next(request)
    host = request.client.host
    SEEN[host] = SEEN.get(host, 0) + 1
    left = LIMIT - SEEN[host]
    if left < 0:
        return JSONResponse({}, 429, {"Retry-After": "60", "X-RateLimit-Remaining": "0"})
    answer = await call_next(request)
    answer.headers["X-RateLimit-Remaining"] = str(left)
    return answer


@app.get("/things/{number}")
def thing(number: int):
    return {"number": number}


@app.post("/things")
def put(thing: Thing):
    return thing
"""

SETTINGS = """
[gates.app]
target = "core.web:app"
[gates.routes]
cases = 2
[gates.rate-limits]
requests = 40
[gates.no-breakpoint]
run = ["python", "-c", "import sys, pathlib; sys.exit('breakpoint()' in pathlib.Path('core/app.py').read_text())"]
paths = "core/**"
fault = { path = "core/app.py", text = "breakpoint()\\n" }
[gates.undeclared]
run = ["python", "-c", "pass"]
paths = "core/**"
"""
