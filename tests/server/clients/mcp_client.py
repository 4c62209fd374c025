"""The official client of the Model Context Protocol. Argument: over HTTP, the mode of its negotiation; or `stdio` and a command."""

import asyncio
import os
import sys

import httpx2
import mcp
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from seen import ADDRESS, KEY, QUESTION, UNANSWERABLE, say


async def refused(call):
    """The code and message of what a call raises."""
    try:
        await call
    except mcp.MCPError as error:
        return {"code": error.error.code, "message": error.error.message}
    return None


async def used(client):
    tools = (await client.list_tools()).tools
    found = await client.call_tool("search", {"query": "pump service", "limit": 2})
    document = found.structured_content["hits"][0]["document_id"]
    told = []

    async def on_progress(progress, total, message):
        told.append(message)

    answer = await client.call_tool("ask", {"question": QUESTION}, progress_callback=on_progress)
    nothing = await client.call_tool("ask", {"question": UNANSWERABLE})
    whole = await client.call_tool("get_document", {"document_id": document})
    part = await client.call_tool("get_document", {"document_id": document, "start": 4, "max_length": 4})
    collections = await client.call_tool("list_collections", {})
    wrong = await client.call_tool("search", {"query": "x", "limit": 1000})
    missing = await client.call_tool("get_document", {"document_id": "0" * 32})
    return {"version": client.protocol_version, "server": client.server_info.name, "instructions": bool(client.instructions),
            "tools": [tool.name for tool in tools], "read_only": all(tool.annotations.read_only_hint for tool in tools),
            "schemas": all(tool.input_schema["type"] == "object" and tool.output_schema["type"] == "object" for tool in tools),
            "found": [hit["external_id"] for hit in found.structured_content["hits"]], "text": found.content[0].text,
            "answer": answer.structured_content, "told": told, "nothing": nothing.structured_content["abstained"],
            "whole": whole.structured_content, "part": part.structured_content["text"],
            "collections": [one["name"] for one in collections.structured_content["collections"]],
            "wrong": [wrong.is_error, wrong.content[0].text], "missing": [missing.is_error, missing.content[0].text],
            "unknown": await refused(client.call_tool("launch", {}))}


async def main():
    if sys.argv[1] == "stdio":
        server = StdioServerParameters(command=sys.argv[3], args=sys.argv[4:], env=dict(os.environ))
        async with mcp.Client(server, mode=sys.argv[2]) as client:
            return await used(client)
    headers = {"Authorization": f"Bearer {KEY}"}
    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
        async with mcp.Client(streamable_http_client(ADDRESS + "/mcp", http_client=http), mode=sys.argv[1]) as client:
            return await used(client)


if __name__ == "__main__":
    say(**asyncio.run(main()))
