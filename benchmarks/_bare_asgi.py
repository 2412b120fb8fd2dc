"""The limit of webhook intake: no framework, the signature, the same INSERT, one push to Redis.

Served by uvicorn with its C parser and loop, beside which nothing of the portal is loaded.
"""

import asyncio
import hashlib
import hmac
import json
import os
from datetime import UTC, datetime
from uuid import uuid4

from psycopg import AsyncConnection
from redis.asyncio import Redis

APP_ID = os.environ["ZALO_APP_ID"].encode()
SECRET = os.environ["ZALO_OA_SECRET_KEY"].encode()
INSERT = os.environ["BENCH_INSERT"]
QUEUE = os.environ["BENCH_QUEUE"]
CONNECTIONS = 16
held: dict = {}


async def lifespan(receive, send):
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            held["redis"] = Redis.from_url(os.environ["REDIS_URL"])
            held["idle"] = asyncio.Queue()
            for _ in range(CONNECTIONS):
                held["idle"].put_nowait(
                    await AsyncConnection.connect(
                        os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=0
                    )
                )
            await send({"type": "lifespan.startup.complete"})
        else:
            while not held["idle"].empty():
                await held["idle"].get_nowait().close()
            await held["redis"].aclose()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
        return
    raw, more = b"", True
    while more:
        message = await receive()
        raw += message.get("body", b"")
        more = message.get("more_body", False)
    body = json.loads(raw)
    expected = hashlib.sha256(APP_ID + raw + body["timestamp"].encode() + SECRET).hexdigest()
    offered = next(v for k, v in scope["headers"] if k == b"x-zevent-signature").decode()
    status = 403
    if hmac.compare_digest(offered, f"mac={expected}"):
        status, now = 200, datetime.now(UTC)
        values = (
            uuid4(), [body["recipient"]["id"]], body["message"]["msg_id"], body["event_name"],
            now, raw.decode(), "new", now, "",
        )  # fmt: skip
        connection = await held["idle"].get()
        try:
            await connection.execute(INSERT, values)
        finally:
            held["idle"].put_nowait(connection)
        await held["redis"].lpush(QUEUE, b"1")
    await send(
        {"type": "http.response.start", "status": status, "headers": [(b"content-length", b"3")]}
    )
    await send({"type": "http.response.body", "body": b"ok\n"})
