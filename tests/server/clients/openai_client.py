"""OpenAI's client for Python."""

import asyncio

import openai

from seen import BASE_URL, KEY, MODEL, QUESTION, UNANSWERABLE, say


def raised(call):
    """What a call raises: the exception's name, its status, code and param, and when to come back."""
    try:
        call()
    except openai.APIStatusError as error:
        return {"type": type(error).__name__, "status": error.status_code, "code": error.code, "param": error.param,
                "message": error.message, "retry_after": error.response.headers.get("retry-after"), "request_id": error.request_id}
    except openai.APIError as error:
        return {"type": type(error).__name__, "code": error.code, "message": error.message}
    return None


def ask(question, **more):
    return [{"role": "system", "content": "Be brief."}, {"role": "user", "content": question}]


def streamed(client, question):
    chunks = list(client.chat.completions.create(model="cairn", messages=ask(question), stream=True, stream_options={"include_usage": True}))
    deltas = [choice.delta for chunk in chunks for choice in chunk.choices]
    return {"objects": sorted({chunk.object for chunk in chunks}), "ids": len({chunk.id for chunk in chunks}), "role": deltas[0].role,
            "content": "".join(delta.content or "" for delta in deltas),
            "annotations": [annotation for delta in deltas for annotation in getattr(delta, "annotations", None) or []],
            "finish": [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason],
            "abstained": next(chunk.cairn["abstained"] for chunk in chunks if getattr(chunk, "cairn", None)),
            "usage": chunks[-1].usage.model_dump(), "last_has_choices": bool(chunks[-1].choices)}


def accumulated(client):
    with client.chat.completions.stream(model="cairn", messages=ask(QUESTION)) as stream:
        for _ in stream:
            pass
        return stream.get_final_completion().choices[0].message.content


async def asynchronous():
    async with openai.AsyncOpenAI(base_url=BASE_URL, api_key=KEY, max_retries=0) as client:
        replies = await asyncio.gather(*(client.chat.completions.create(model="cairn", messages=ask(QUESTION)) for _ in range(4)))
        return sorted({reply.choices[0].message.content for reply in replies})


def everything_else(client):
    """Fields of today's clients that Cairn has no use for."""
    tool = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}
    messages = [{"role": "developer", "content": "x"}, {"role": "user", "content": "Hello", "name": "ada"},
                {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}]},
                {"role": "tool", "tool_call_id": "1", "content": "sunny"}, {"role": "user", "content": [{"type": "text", "text": QUESTION}]}]
    reply = client.chat.completions.create(
        model="cairn/extractive", messages=messages, tools=[tool], tool_choice="auto", parallel_tool_calls=False, temperature=0.2, top_p=0.9, n=1,
        max_tokens=200, stop=["\n\n"], user="ada", seed=7, presence_penalty=0, frequency_penalty=0, logit_bias={}, logprobs=False,
        response_format={"type": "text"}, metadata={"a": "b"}, store=False, service_tier="auto", reasoning_effort="low",
        extra_body={"cairn": {"collections": ["main"], "limit": 5, "filter": {"team": "service"}}, "future_field": {"deep": [1]}})
    return {"content": reply.choices[0].message.content, "model": reply.model, "tool_calls": reply.choices[0].message.tool_calls}


def same(first, second):
    """Numbers that were sent as text and as bytes are the same but for the last digit of a float."""
    return len(first) == len(second) and all(abs(a - b) < 1e-6 for a, b in zip(first, second))


def embedded(client):
    as_numbers = client.embeddings.create(model=MODEL, input=["The pump.", "The filter."], encoding_format="float")
    as_bytes = client.embeddings.create(model=MODEL, input=["The pump.", "The filter."])
    one = client.embeddings.create(model=MODEL, input="The pump.")
    query = client.embeddings.create(model=MODEL, input="The pump.", extra_body={"input_type": "query"})
    vectors = [item.embedding for item in as_numbers.data]
    return {"dimensions": [len(vector) for vector in vectors], "same": all(same(vector, item.embedding) for vector, item in zip(vectors, as_bytes.data)),
            "one_is_first": same(one.data[0].embedding, vectors[0]), "query_differs": not same(query.data[0].embedding, vectors[0]),
            "length": sum(x * x for x in vectors[0]), "index": [item.index for item in as_numbers.data], "model": as_numbers.model,
            "usage": as_numbers.usage.model_dump()}


def refused(client):
    create, embed = client.chat.completions.create, client.embeddings.create
    stranger = openai.OpenAI(base_url=BASE_URL, api_key="cairn_wrong", max_retries=0)
    image = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]}]
    return {"key": raised(lambda: stranger.models.list()),
            "model": raised(lambda: create(model="gpt-4o", messages=ask("x"))),
            "model_name": raised(lambda: client.models.retrieve("gpt-4o")),
            "two": raised(lambda: create(model="cairn", messages=ask("x"), n=2)),
            "nobody": raised(lambda: create(model="cairn", messages=[{"role": "system", "content": "x"}])),
            "blank": raised(lambda: create(model="cairn", messages=ask("  "))),
            "image": raised(lambda: create(model="cairn", messages=image)),
            "collection": raised(lambda: create(model="cairn", messages=ask("x"), extra_body={"cairn": {"collections": ["nowhere"]}})),
            "misspelt": raised(lambda: create(model="cairn", messages=ask("x"), extra_body={"cairn": {"colections": ["main"]}})),
            "tokens": raised(lambda: embed(model=MODEL, input=[[1, 2, 3]])),
            "empty": raised(lambda: embed(model=MODEL, input="")),
            "dimensions": raised(lambda: embed(model=MODEL, input="x", dimensions=3)),
            "embedding_model": raised(lambda: embed(model="text-embedding-3-small", input="x")),
            "too_long": raised(lambda: embed(model=MODEL, input="word " * 2000, extra_body={"truncate": False}))}


def main():
    with openai.OpenAI(base_url=BASE_URL, api_key=KEY, max_retries=0) as client:
        reply = client.chat.completions.create(model="cairn", messages=ask(QUESTION))
        nothing = client.chat.completions.create(model="cairn", messages=ask(UNANSWERABLE))
        say(models=[model.id for model in client.models.list()], model=client.models.retrieve(MODEL).id,
            reply=reply.model_dump(), annotation_types=[type(a).__name__ for a in reply.choices[0].message.annotations],
            nothing={"content": nothing.choices[0].message.content, "abstained": nothing.cairn["abstained"]},
            streamed=streamed(client, QUESTION), streamed_nothing=streamed(client, UNANSWERABLE), accumulated=accumulated(client),
            asynchronous=asyncio.run(asynchronous()), everything_else=everything_else(client), embedded=embedded(client), refused=refused(client))


if __name__ == "__main__":
    main()
